-- migrate_graph: the revision graph as a drawing

SELECT migrate_graph();
SELECT migrate_graph('svg') LIKE '%<svg%</svg>%';
SELECT migrate_load('-- migrate:revision a1
-- migrate:message create "job" & <more>
-- migrate:revision a2
-- migrate:revises a1
-- migrate:message a very long message that tells more than anybody wants to read in a drawing of this size
-- migrate:revision b1
-- migrate:revises a1
-- migrate:labels side
-- migrate:revision m1
-- migrate:revises a2, b1
-- migrate:revision c1
-- migrate:depends_on m1
');
SELECT migrate_stamp('a2');
SELECT migrate_graph();
SELECT migrate_graph('mermaid') = migrate_graph(NULL);
SELECT migrate_graph('dot');
SELECT length(migrate_graph('svg')) - length(replace(migrate_graph('svg'), '<title>', '')) >= 5 * length('<title>');
SELECT migrate_graph('svg') LIKE '%create &quot;job&quot; &amp; &lt;more&gt;%';
SELECT migrate_graph('png');
