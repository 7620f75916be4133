drop trigger if exists s.t on "main".u restrict;
