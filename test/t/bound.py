"""Send statements with bound parameters, of every type, as drivers do that speak
the extended protocol: usage: bound.py insert|pipeline|portals.  Uses libpq itself."""
import ctypes
import ctypes.util
import os
import struct
import sys

pq = ctypes.CDLL('libpq.so.5')
for name in ('PQconnectdb', 'PQexecParams', 'PQgetResult'):
    getattr(pq, name).restype = ctypes.c_void_p
pq.PQresultErrorMessage.restype = ctypes.c_char_p
pq.PQerrorMessage.restype = ctypes.c_char_p

# type, values: all that have trouble with settings, quotes or signs
VALUES = [
    ('boolean', ['t', 'f']),
    ('smallint', ['-32768']),
    ('integer', ['-1', '2147483647']),
    ('bigint', ['-9223372036854775808']),
    ('numeric', ['-0.1000', '1e50', 'NaN', '123456789012345678901234567890.5']),
    ('numeric(6,2)', ['-1.50']),
    ('real', ['0.1', '-3.4028235e+38']),
    ('double precision', ['0.30000000000000004', '-Infinity', 'NaN', '1e-300', '5e-324']),
    ('text', ["it's", 'a\\b', '$1 $2', '$$', '', 'line\nline', '-- migrate:upgrade', 'E\'x\'',
              'h\u00e9llo \U0001f600', "\\'; DROP TABLE bound; --", '\x01']),
    ('character varying(20)', ["'quoted'"]),
    ('character(5)', ['ab']),
    ('"char"', ["'", '\\']),
    ('name', ['A "name"']),
    ('bytea', ['\\x00ff5c27', '\\x']),
    ('date', ['2026-02-01', '0044-03-15 BC', 'infinity']),
    ('time', ['24:00:00', '12:34:56.789']),
    ('timetz', ['12:34:56+05:30']),
    ('timestamp', ['2026-02-01 03:04:05.678901', '-infinity']),
    ('timestamptz', ['2026-02-01 03:04:05+13', '1883-11-18 12:00:00-05']),
    ('interval', ['1 year -2 mons +3 days -04:05:06.7', '-1 day']),
    ('uuid', ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']),
    ('json', ['{"a": "it\'s \\\\ \\n"}']),
    ('jsonb', ['{"a": [1, null]}']),
    ('inet', ['10.0.0.1/8', '::1']),
    ('macaddr', ['08:00:2b:01:02:03']),
    ('bit(3)', ['101']),
    ('bit varying', ['1']),
    ('money', ['-12.34']),
    ('point', ['(0.1,-2)']),
    ('int4range', ['[1,5)', 'empty', '(,]']),
    ('tstzrange', ['["2026-02-01 00:00:00+00",)']),
    ('tsvector', ["'it''s':1A 'b'"]),
    ('tsquery', ["'a' & 'b'"]),
    ('integer[]', ['{1,NULL,3}', '{}', '[0:1]={5,6}', '{{1,2},{3,4}}']),
    ('text[]', ['{"a,b","it\'s","\\\\",NULL,"NULL"}']),
    ('timestamptz[]', ['{"2026-02-01 00:00:00+00"}']),
    ('bytea[]', ['{"\\\\x5c"}']),
    ('regclass', ['bound']),
    ('oid', ['4294967295']),
    ('pg_lsn', ['16/B374D848']),
    ('bound_mood', ['it\'s "sad"']),
    ('bound_pair', ['(1,"a \\"b\\" ,c")']),
    ('bound_pair[]', ['{"(1,\\"x y\\")"}']),
    ('bound_domain', ['5']),
    ('bound_odd."Odd Type"', ['x']),
]


def check(result, wanted):
    status = pq.PQresultStatus(ctypes.c_void_p(result))
    if status not in wanted:
        sys.exit(pq.PQresultErrorMessage(ctypes.c_void_p(result)).decode())


def connect():
    conn = ctypes.c_void_p(pq.PQconnectdb(b''))
    if pq.PQstatus(conn) != 0:
        sys.exit(pq.PQerrorMessage(conn).decode())
    return conn


def array(values):
    return (ctypes.c_char_p * len(values))(*[None if v is None else v.encode() for v in values])


def run(conn, sql, *values):
    check(pq.PQexecParams(conn, sql.encode(), len(values), None, array(values), None, None, 0), (1, 2))


def insert():
    """One row for each value, with a null; and what is near a parameter."""
    conn = connect()
    for setting in ("datestyle = 'SQL, DMY'", 'intervalstyle = sql_standard', 'extra_float_digits = -5',
                    'bytea_output = escape', "timezone = 'Asia/Tokyo'", 'search_path = bound_odd, public'):
        run(conn, 'SET ' + setting)
    for number, (kind, values) in enumerate(VALUES):
        run(conn, f'CREATE TABLE bound_{number} (n int, v {kind})')
        for value in values + [None]:
            run(conn, f'INSERT INTO bound_{number} /* $1 */ VALUES ($1, $2)', str(number), value)
    run(conn, 'INSERT INTO bound SELECT ($1::int[])[2],$2::text||$$ $1 $$||\'$2\'||E\'\\\'$1\' -- $1\n'
        'WHERE-$3::int<-$3 +1 AND $4::text IS NULL', '{1,2}', 'it\'s', '7', None)
    run(conn, 'UPDATE bound SET t=$1 WHERE i IN($2,$3)AND $4', 'x', '2', '3', 't')
    run(conn, 'WITH w AS(SELECT $1::bound_pair AS p)INSERT INTO bound SELECT(p).a,(p).b FROM w', '(9,nine)')
    run(conn, 'CREATE TABLE bound_as AS SELECT $1::numeric AS n, $2::text AS t', '1.50', 'as')
    run(conn, 'CALL bound_add($1, $2)', '10', "it's")
    run(conn, 'SELECT bound_call($1)', '11')


def pipeline():
    """Several statements ahead of the answers are one transaction."""
    conn = connect()
    pq.PQenterPipelineMode(conn)
    for sync in ((1, 2), (3,), (4, 'x')):
        for value in sync:
            pq.PQsendQueryParams(conn, b'INSERT INTO piped VALUES ($1)', 1, None, array([str(value)]), None, None, 0)
        pq.PQpipelineSync(conn)
    synced = 0
    while synced < 3:
        result = pq.PQgetResult(conn)
        if result:
            synced += pq.PQresultStatus(ctypes.c_void_p(result)) == 10


def send(sock, *messages):
    """Send messages that libpq has no function for, and wait until all is done."""
    for kind, body in messages + ((b'S', b''),):
        os.write(sock, kind + struct.pack('!i', len(body) + 4) + body)
    answer = b''
    while not answer.endswith(b'Z\0\0\0\5T') and not answer.endswith(b'Z\0\0\0\5I'):
        answer += os.read(sock, 8192)
    if b'SERROR' in answer:
        sys.exit(answer.decode(errors='replace'))


def portals():
    """One that is fetched row by row while another one runs, and one that never is."""
    conn = connect()
    sock = pq.PQsocket(conn)
    os.set_blocking(sock, True)
    fetch = (b'E', b'rows\0' + struct.pack('!i', 1))
    run(conn, 'CREATE SEQUENCE s')
    run(conn, 'BEGIN')
    send(sock, (b'P', b"\0SELECT nextval('s') FROM generate_series(1, $1)\0\0\0"),
         (b'B', b'rows\0\0\0\0\0\1\0\0\0\0013\0\0'), fetch, fetch)
    run(conn, 'INSERT INTO a VALUES (1)')
    send(sock, fetch)
    run(conn, 'COMMIT')
    send(sock, (b'P', b"\0SELECT nextval('s')\0\0\0"), (b'B', b'\0\0\0\0\0\0\0\0'))


{'insert': insert, 'pipeline': pipeline, 'portals': portals}[sys.argv[1]]()
