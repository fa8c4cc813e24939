PRAGMA journal_mode = WAL;
PRAGMA application_id = 1381190990;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE articles (
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    digest TEXT NOT NULL,
    gathered TEXT NOT NULL,
    day DOUBLE NOT NULL,
    story TEXT,
    annotated TEXT,
    outlet TEXT,
    published TEXT,
    names BLOB NOT NULL,
    seal BLOB NOT NULL,
    outlet_key TEXT,
    PRIMARY KEY (number),
    UNIQUE (id)
);
INSERT INTO "articles" VALUES(1,'bridge',1,'of The harbour council of Velm met on Tuesday to vote on the old bridge.

“We will not reopen the bridge before the winter”, said Ida Korn, the harbour master.','2031-05-06T08:00:00Z',22405.5,'velm','fast/1','Velm Courier','2031-05-06T07:08:09Z',X'949091A8496461204B6F726E91A456656C6DC4084AF1707497106773',X'A37BDBBFCD6F8142D7A7C2EB6FF5AD13','velm courier');
INSERT INTO "articles" VALUES(2,'ferry',2,'of The ferry’s timetable changed.','2031-05-06T08:00:00Z',22405.5,NULL,NULL,'Radio Sarn','2031-05-06T07:08:09Z',X'94909090C4089FA88D4D2DEF6660',X'B26990D6AF94DDE9080BBAED0E074E94','radio sarn');
CREATE TABLE blobs (
    shelf TEXT NOT NULL,
    key TEXT NOT NULL,
    place INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (shelf, key)
);
INSERT INTO "blobs" VALUES('features','bridge',3,X'007331D3EABCD6E5D0B02900FF');
CREATE TABLE counters (
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('articles',2);
INSERT INTO "counters" VALUES('sayings',1);
INSERT INTO "counters" VALUES('events',1);
INSERT INTO "counters" VALUES('sum of troubles',4474053398456392859);
INSERT INTO "counters" VALUES('judgements',1);
INSERT INTO "counters" VALUES('sum of judgements',1003365770208404314);
INSERT INTO "counters" VALUES('sum of feeds',2765765555701979871);
INSERT INTO "counters" VALUES('sum of seen',3607263556911419337);
CREATE TABLE documents (
    number INTEGER NOT NULL,
    title TEXT,
    text TEXT NOT NULL,
    rest BLOB NOT NULL,
    PRIMARY KEY (number)
);
INSERT INTO "documents" VALUES(1,'The bridge of Velm','The harbour council of Velm met on Tuesday to vote on the old bridge.

“We will not reopen the bridge before the winter”, said Ida Korn, the harbour master.',X'9CC0C0C0C0BB68747470733A2F2F76656C6D2E6578616D706C652F627269646765A2656E9094004547CC9C9090C090');
INSERT INTO "documents" VALUES(2,NULL,'The ferry’s timetable changed.',X'9CC0C0C0C0BA68747470733A2F2F76656C6D2E6578616D706C652F6665727279A2656E9092001E9090C090');
CREATE TABLE events (
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    story TEXT NOT NULL,
    type TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    independent INTEGER NOT NULL,
    event BLOB NOT NULL,
    PRIMARY KEY (number),
    UNIQUE (id)
);
INSERT INTO "events" VALUES(1,'velm:e1','velm','CONSULT','2031-05-06','2031-05-06',1,X'92DE0011A26964A776656C6D3A6531A573746F7279A476656C6DA474797065A7434F4E53554C54A47175616401A46D6F6465C0A7636F6E7465787490A66163746F72739184A46E616D65A8496461204B6F726EA46B696E64A6706572736F6EA7636F756E747279A34E4F52A6736563746F72A3474F56AA726563697069656E74739184A46E616D65AA4F74746F204272696C6CA46B696E64A6706572736F6EA7636F756E747279A3535745A6736563746F72A34D494CA464617465C0A56669727374AA323033312D30352D3036A46C617374AA323033312D30352D3036A5706C616365C0AD706C6163655F636F756E747279C0A6737461747573A4646F6E65A5766F69636590AB696E646570656E64656E7401A86163636F756E74739185A761727469636C65A6627269646765A66F75746C6574AC56656C6D20436F7572696572A97075626C6973686564C0A6737461747573A4646F6E65A57370616E739184A761727469636C65A6627269646765A5737461727400A3656E6413A474657874B354686520686172626F757220636F756E63696CC408E62ADC6939CD049A');
CREATE TABLE facets (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    story TEXT NOT NULL,
    PRIMARY KEY (kind, name, story)
) WITHOUT ROWID;
INSERT INTO "facets" VALUES('actor','ida','velm');
INSERT INTO "facets" VALUES('actor','korn','velm');
INSERT INTO "facets" VALUES('outlet','velm courier','velm');
INSERT INTO "facets" VALUES('place','velm','velm');
CREATE TABLE feeds (
    key BLOB NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    etag TEXT,
    modified TEXT,
    checked TEXT,
    due TEXT,
    interval DOUBLE NOT NULL,
    failures INTEGER NOT NULL,
    gone BOOLEAN NOT NULL,
    PRIMARY KEY (key)
);
INSERT INTO "feeds" VALUES(X'2C53B0DDB1D0C460D458574FAAB9933B','https://velm.example/feed','Velm','e',NULL,NULL,'2031-05-07',60.0,1,0);
CREATE TABLE judgements (
    number INTEGER NOT NULL,
    about TEXT NOT NULL,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    verdict TEXT NOT NULL,
    given TEXT NOT NULL,
    by TEXT,
    note TEXT,
    PRIMARY KEY (number)
);
INSERT INTO "judgements" VALUES(1,'articles','bridge','ferry','different','2031-05-08','Mara','the quay');
CREATE TABLE parties (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    event INTEGER NOT NULL,
    party INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (kind, value, event, party)
) WITHOUT ROWID;
INSERT INTO "parties" VALUES('country','NOR',1,0,'actor');
INSERT INTO "parties" VALUES('country','SWE',1,1,'recipient');
INSERT INTO "parties" VALUES('sector','GOV',1,0,'actor');
INSERT INTO "parties" VALUES('sector','MIL',1,1,'recipient');
INSERT INTO "parties" VALUES('word','brill',1,1,'recipient');
INSERT INTO "parties" VALUES('word','ida',1,0,'actor');
INSERT INTO "parties" VALUES('word','korn',1,0,'actor');
INSERT INTO "parties" VALUES('word','otto',1,1,'recipient');
CREATE TABLE revisions (
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    digest TEXT NOT NULL,
    gathered TEXT NOT NULL,
    day DOUBLE NOT NULL,
    story TEXT,
    annotated TEXT,
    outlet TEXT,
    published TEXT,
    names BLOB NOT NULL,
    seal BLOB NOT NULL,
    title TEXT,
    text TEXT NOT NULL,
    rest BLOB NOT NULL,
    PRIMARY KEY (id, revision)
);
INSERT INTO "revisions" VALUES('ferry',1,'of The ferry’s timetable changes.','2031-05-06T08:00:00Z',22405.5,NULL,NULL,'Radio Sarn','2031-05-06T07:08:09Z',X'94909090C4083BF14775AE67E49A',X'3BF5D38921F8A6BE2DCA91D249E0DD79',NULL,'The ferry’s timetable changes.',X'9CC0C0C0C0BA68747470733A2F2F76656C6D2E6578616D706C652F6665727279A2656E9092001E9090C090');
CREATE TABLE sayings (
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    article TEXT NOT NULL,
    speaker TEXT,
    content TEXT NOT NULL,
    quote BLOB NOT NULL,
    PRIMARY KEY (number),
    UNIQUE (id)
);
INSERT INTO "sayings" VALUES(1,'korn','bridge','Ida Korn','We will not reopen the bridge before the winter',X'948DA26964A66B6F726E2E71A4666F726DA56D69786564A7636F6E74656E7490A671756F74656490A363756584A761727469636C65A6627269646765A5737461727400A3656E6403A474657874A3546865A7737065616B6572C0AC737065616B65725F7370616EC0A5636861696E90A8706F6C6172697479A861666669726D6564A86D6F64616C697479C0A9616464726573736565C0AE6164647265737365655F7370616EC0AA636F6E666964656E6365CB3FF0000000000000919248779192484CC4086BF8C4EB3317F4F8');
CREATE TABLE seen (
    key BLOB NOT NULL,
    url TEXT NOT NULL,
    read TEXT NOT NULL,
    article TEXT,
    etag TEXT,
    modified TEXT,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (key)
);
INSERT INTO "seen" VALUES(X'E1154457AE136B3B971DA9DE68914DD4','https://velm.example/bridge','2031-05-06','bridge','e',NULL,1);
CREATE TABLE speakers (
    word TEXT NOT NULL,
    saying INTEGER NOT NULL,
    PRIMARY KEY (word, saying)
) WITHOUT ROWID;
INSERT INTO "speakers" VALUES('ida',1);
INSERT INTO "speakers" VALUES('korn',1);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('articles','sqlite_autoindex_articles_1','1000000 1');
INSERT INTO "sqlite_stat1" VALUES('articles','articles_by_story','1000000 10 1');
INSERT INTO "sqlite_stat1" VALUES('articles','articles_by_outlet','1000000 2000 1');
INSERT INTO "sqlite_stat1" VALUES('articles','articles_by_day','1000000 1');
INSERT INTO "sqlite_stat1" VALUES('articles','articles_by_annotated','1000000 500000 1');
INSERT INTO "sqlite_stat1" VALUES('documents',NULL,'1000000');
INSERT INTO "sqlite_stat1" VALUES('revisions','sqlite_autoindex_revisions_1','50000 2 1');
INSERT INTO "sqlite_stat1" VALUES('sayings','sqlite_autoindex_sayings_1','3000000 1');
INSERT INTO "sqlite_stat1" VALUES('sayings','sayings_by_article','3000000 3');
INSERT INTO "sqlite_stat1" VALUES('speakers','speakers','6000000 60 1');
INSERT INTO "sqlite_stat1" VALUES('speakers','speakers_by_saying','6000000 2');
INSERT INTO "sqlite_stat1" VALUES('stories','sqlite_autoindex_stories_1','100000 1');
INSERT INTO "sqlite_stat1" VALUES('stories','stories_by_change','100000 2');
INSERT INTO "sqlite_stat1" VALUES('stories','stories_by_stale','100000 50000 1');
INSERT INTO "sqlite_stat1" VALUES('facets','facets','2000000 600000 20 1');
INSERT INTO "sqlite_stat1" VALUES('facets','facets_by_story','2000000 20');
INSERT INTO "sqlite_stat1" VALUES('blobs','sqlite_autoindex_blobs_1','4000000 1000000 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','blobs_by_place','4000000 1000000 10 1');
INSERT INTO "sqlite_stat1" VALUES('judgements','judgements_by_one','10000 2');
INSERT INTO "sqlite_stat1" VALUES('judgements','judgements_by_other','10000 2');
INSERT INTO "sqlite_stat1" VALUES('troubles','sqlite_autoindex_troubles_1','10000 1');
INSERT INTO "sqlite_stat1" VALUES('troubles','troubles_by_input','10000 2');
INSERT INTO "sqlite_stat1" VALUES('troubles','troubles_by_last','10000 1');
INSERT INTO "sqlite_stat1" VALUES('events','sqlite_autoindex_events_1','1000000 1');
INSERT INTO "sqlite_stat1" VALUES('events','events_by_day','1000000 300');
INSERT INTO "sqlite_stat1" VALUES('events','events_by_story','1000000 10');
INSERT INTO "sqlite_stat1" VALUES('parties','parties','6000000 2000000 600 1 1');
INSERT INTO "sqlite_stat1" VALUES('parties','parties_by_event','6000000 6');
CREATE TABLE stories (
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    first_day TEXT,
    last_day TEXT,
    changed TEXT NOT NULL,
    articles INTEGER NOT NULL,
    independent INTEGER NOT NULL,
    names BLOB NOT NULL,
    stale BOOLEAN NOT NULL, differences INTEGER, teaser TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id)
);
INSERT INTO "stories" VALUES('velm','The bridge','2031-05-06','2031-05-06','2031-05-06T09:00:00Z',1,1,X'9491AC56656C6D20436F757269657291A8496461204B6F726E91A456656C6DC408495F31CDF93821B5',0,NULL,'');
CREATE TABLE troubles (
    key BLOB NOT NULL,
    input_key BLOB NOT NULL,
    input TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (key)
);
INSERT INTO "troubles" VALUES(X'2B0ADBE0DE36F73EFC4F3C82CB63D8E0',X'348B9CFAFB2840B06F8224EB3176AA38','x.html','read','no text','2031-05-06','2031-05-07',2);
CREATE INDEX articles_by_annotated ON articles (annotated, number);
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_outlet ON articles (outlet_key, number);
CREATE INDEX articles_by_story ON articles (story, number);
CREATE INDEX blobs_by_place ON blobs (shelf, place, key);
CREATE INDEX facets_by_story ON facets (story);
CREATE INDEX judgements_by_one ON judgements (one);
CREATE INDEX judgements_by_other ON judgements (other);
CREATE INDEX sayings_by_article ON sayings (article);
CREATE INDEX speakers_by_saying ON speakers (saying);
CREATE INDEX stories_by_change ON stories (changed);
CREATE INDEX stories_by_stale ON stories (stale, changed);
CREATE INDEX troubles_by_input ON troubles (input_key);
CREATE INDEX troubles_by_last ON troubles (last);
CREATE INDEX events_by_day ON events (first_day);
CREATE INDEX events_by_story ON events (story);
CREATE INDEX parties_by_event ON parties (event);
COMMIT;
CREATE VIRTUAL TABLE documents_fts USING fts5(
    title, text, content='documents', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO documents_fts (documents_fts) VALUES ('rebuild');
CREATE VIRTUAL TABLE sayings_fts USING fts5(
    content, content='sayings', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO sayings_fts (sayings_fts) VALUES ('rebuild');
