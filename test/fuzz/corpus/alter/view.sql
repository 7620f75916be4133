CREATE OR REPLACE TEMPORARY VIEW s.v (a, "b c") AS SELECT f(1, (2)), ';' FROM t -- end
