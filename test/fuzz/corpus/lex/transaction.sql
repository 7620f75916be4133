SAVEPOINT a;
PRAGMA foreign_keys=ON;
ATTACH 'x' AS y