DROP TABLE IF EXISTS main.a, "b c" /* , */ , [d].e, `f` CASCADE
