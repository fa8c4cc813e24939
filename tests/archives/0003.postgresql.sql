


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;


CREATE TEXT SEARCH DICTIONARY public.rashomon_stems (
    TEMPLATE = pg_catalog.snowball,
    language = 'porter' );



CREATE TEXT SEARCH CONFIGURATION public.rashomon (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR asciiword WITH public.rashomon_stems;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR word WITH public.rashomon_stems;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR numword WITH public.rashomon_stems;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR hword_part WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR hword_asciipart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR asciihword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR hword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.rashomon
    ADD MAPPING FOR uint WITH simple;


SET default_tablespace = '';

SET default_table_access_method = heap;


CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);



CREATE TABLE public.articles (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    gathered text NOT NULL COLLATE pg_catalog."C",
    day double precision NOT NULL,
    story text COLLATE pg_catalog."C",
    annotated text COLLATE pg_catalog."C",
    outlet text COLLATE pg_catalog."C",
    published text COLLATE pg_catalog."C",
    names bytea NOT NULL,
    seal bytea NOT NULL,
    outlet_key text COLLATE pg_catalog."C"
);



CREATE TABLE public.blobs (
    shelf text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    place bigint NOT NULL,
    data bytea NOT NULL
);



CREATE TABLE public.counters (
    name text NOT NULL COLLATE pg_catalog."C",
    value bigint NOT NULL
);



CREATE TABLE public.documents (
    number bigint NOT NULL,
    title text COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    rest bytea NOT NULL
);



CREATE TABLE public.documents_words (
    number bigint NOT NULL,
    words tsvector NOT NULL
)
WITH (toast_tuple_target='8160');
ALTER TABLE ONLY public.documents_words ALTER COLUMN words SET STORAGE EXTERNAL;



CREATE TABLE public.events (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    story text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    first_day text NOT NULL COLLATE pg_catalog."C",
    last_day text NOT NULL COLLATE pg_catalog."C",
    independent bigint NOT NULL,
    event bytea NOT NULL
);



CREATE TABLE public.facets (
    kind text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    story text NOT NULL COLLATE pg_catalog."C"
);



CREATE TABLE public.feeds (
    key bytea NOT NULL,
    url text NOT NULL COLLATE pg_catalog."C",
    title text COLLATE pg_catalog."C",
    etag text COLLATE pg_catalog."C",
    modified text COLLATE pg_catalog."C",
    checked text COLLATE pg_catalog."C",
    due text COLLATE pg_catalog."C",
    "interval" double precision NOT NULL,
    failures bigint NOT NULL,
    gone boolean NOT NULL
);



CREATE TABLE public.judgements (
    number bigint NOT NULL,
    about text NOT NULL COLLATE pg_catalog."C",
    one text NOT NULL COLLATE pg_catalog."C",
    other text NOT NULL COLLATE pg_catalog."C",
    verdict text NOT NULL COLLATE pg_catalog."C",
    given text NOT NULL COLLATE pg_catalog."C",
    by text COLLATE pg_catalog."C",
    note text COLLATE pg_catalog."C"
);



CREATE TABLE public.parties (
    kind text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    event bigint NOT NULL,
    party bigint NOT NULL,
    role text NOT NULL COLLATE pg_catalog."C"
);



CREATE TABLE public.revisions (
    id text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    gathered text NOT NULL COLLATE pg_catalog."C",
    day double precision NOT NULL,
    story text COLLATE pg_catalog."C",
    annotated text COLLATE pg_catalog."C",
    outlet text COLLATE pg_catalog."C",
    published text COLLATE pg_catalog."C",
    names bytea NOT NULL,
    seal bytea NOT NULL,
    title text COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    rest bytea NOT NULL
);



CREATE TABLE public.sayings (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    article text NOT NULL COLLATE pg_catalog."C",
    speaker text COLLATE pg_catalog."C",
    content text NOT NULL COLLATE pg_catalog."C",
    quote bytea NOT NULL
);



CREATE TABLE public.sayings_words (
    number bigint NOT NULL,
    words tsvector NOT NULL
)
WITH (toast_tuple_target='8160');
ALTER TABLE ONLY public.sayings_words ALTER COLUMN words SET STORAGE EXTERNAL;



CREATE TABLE public.seen (
    key bytea NOT NULL,
    url text NOT NULL COLLATE pg_catalog."C",
    read text NOT NULL COLLATE pg_catalog."C",
    article text COLLATE pg_catalog."C",
    etag text COLLATE pg_catalog."C",
    modified text COLLATE pg_catalog."C",
    attempts bigint NOT NULL
);



CREATE TABLE public.speakers (
    word text NOT NULL COLLATE pg_catalog."C",
    saying bigint NOT NULL
);



CREATE TABLE public.stories (
    id text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL COLLATE pg_catalog."C",
    first_day text COLLATE pg_catalog."C",
    last_day text COLLATE pg_catalog."C",
    changed text NOT NULL COLLATE pg_catalog."C",
    articles bigint NOT NULL,
    independent bigint NOT NULL,
    names bytea NOT NULL,
    stale boolean NOT NULL,
    differences bigint,
    teaser text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);



CREATE TABLE public.troubles (
    key bytea NOT NULL,
    input_key bytea NOT NULL,
    input text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    message text NOT NULL COLLATE pg_catalog."C",
    first text NOT NULL COLLATE pg_catalog."C",
    last text NOT NULL COLLATE pg_catalog."C",
    times bigint NOT NULL
);



INSERT INTO public.alembic_version VALUES ('0003');



INSERT INTO public.articles VALUES (1, 'bridge', 1, 'of The harbour council of Velm met on Tuesday to vote on the old bridge.

“We will not reopen the bridge before the winter”, said Ida Korn, the harbour master.', '2031-05-06T08:00:00Z', 22405.5, 'velm', 'fast/1', 'Velm Courier', '2031-05-06T07:08:09Z', '\x949091a8496461204b6f726e91a456656c6dc4084af1707497106773', '\xa37bdbbfcd6f8142d7a7c2eb6ff5ad13', 'velm courier');
INSERT INTO public.articles VALUES (2, 'ferry', 2, 'of The ferry’s timetable changed.', '2031-05-06T08:00:00Z', 22405.5, NULL, NULL, 'Radio Sarn', '2031-05-06T07:08:09Z', '\x94909090c4089fa88d4d2def6660', '\xb26990d6af94dde9080bbaed0e074e94', 'radio sarn');



INSERT INTO public.blobs VALUES ('features', 'bridge', 3, '\x007331d3eabcd6e5d0b02900ff');



INSERT INTO public.counters VALUES ('articles', 2);
INSERT INTO public.counters VALUES ('sayings', 1);
INSERT INTO public.counters VALUES ('events', 1);
INSERT INTO public.counters VALUES ('sum of troubles', 4474053398456392859);
INSERT INTO public.counters VALUES ('judgements', 1);
INSERT INTO public.counters VALUES ('sum of judgements', 1003365770208404314);
INSERT INTO public.counters VALUES ('sum of feeds', 2765765555701979871);
INSERT INTO public.counters VALUES ('sum of seen', 3607263556911419337);



INSERT INTO public.documents VALUES (1, 'The bridge of Velm', 'The harbour council of Velm met on Tuesday to vote on the old bridge.

“We will not reopen the bridge before the winter”, said Ida Korn, the harbour master.', '\x9cc0c0c0c0bb68747470733a2f2f76656c6d2e6578616d706c652f627269646765a2656e9094004547cc9c9090c090');
INSERT INTO public.documents VALUES (2, NULL, 'The ferry’s timetable changed.', '\x9cc0c0c0c0ba68747470733a2f2f76656c6d2e6578616d706c652f6665727279a2656e9092001e9090c090');



INSERT INTO public.documents_words VALUES (1, '''.'':5 ''befor'':26B ''bridg'':2A,19B,25B ''council'':8B ''harbour'':7B,33B ''ida'':30B ''korn'':31B ''master'':34B ''met'':11B ''not'':22B ''of'':3A,9B ''old'':18B ''on'':12B,16B ''reopen'':23B ''said'':29B ''the'':1A,6B,17B,24B,27B,32B ''to'':14B ''tuesdai'':13B ''velm'':4A,10B ''vote'':15B ''we'':20B ''will'':21B ''winter'':28B');
INSERT INTO public.documents_words VALUES (2, '''.'':1 ''chang'':6B ''ferri'':3B ''s'':4B ''the'':2B ''timet'':5B');



INSERT INTO public.events VALUES (1, 'velm:e1', 'velm', 'CONSULT', '2031-05-06', '2031-05-06', 1, '\x92de0011a26964a776656c6d3a6531a573746f7279a476656c6da474797065a7434f4e53554c54a47175616401a46d6f6465c0a7636f6e7465787490a66163746f72739184a46e616d65a8496461204b6f726ea46b696e64a6706572736f6ea7636f756e747279a34e4f52a6736563746f72a3474f56aa726563697069656e74739184a46e616d65aa4f74746f204272696c6ca46b696e64a6706572736f6ea7636f756e747279a3535745a6736563746f72a34d494ca464617465c0a56669727374aa323033312d30352d3036a46c617374aa323033312d30352d3036a5706c616365c0ad706c6163655f636f756e747279c0a6737461747573a4646f6e65a5766f69636590ab696e646570656e64656e7401a86163636f756e74739185a761727469636c65a6627269646765a66f75746c6574ac56656c6d20436f7572696572a97075626c6973686564c0a6737461747573a4646f6e65a57370616e739184a761727469636c65a6627269646765a5737461727400a3656e6413a474657874b354686520686172626f757220636f756e63696cc408e62adc6939cd049a');



INSERT INTO public.facets VALUES ('outlet', 'velm courier', 'velm');
INSERT INTO public.facets VALUES ('actor', 'ida', 'velm');
INSERT INTO public.facets VALUES ('actor', 'korn', 'velm');
INSERT INTO public.facets VALUES ('place', 'velm', 'velm');



INSERT INTO public.feeds VALUES ('\x2c53b0ddb1d0c460d458574faab9933b', 'https://velm.example/feed', 'Velm', 'e', NULL, NULL, '2031-05-07', 60, 1, false);



INSERT INTO public.judgements VALUES (1, 'articles', 'bridge', 'ferry', 'different', '2031-05-08', 'Mara', 'the quay');



INSERT INTO public.parties VALUES ('word', 'ida', 1, 0, 'actor');
INSERT INTO public.parties VALUES ('word', 'korn', 1, 0, 'actor');
INSERT INTO public.parties VALUES ('country', 'NOR', 1, 0, 'actor');
INSERT INTO public.parties VALUES ('sector', 'GOV', 1, 0, 'actor');
INSERT INTO public.parties VALUES ('word', 'otto', 1, 1, 'recipient');
INSERT INTO public.parties VALUES ('word', 'brill', 1, 1, 'recipient');
INSERT INTO public.parties VALUES ('country', 'SWE', 1, 1, 'recipient');
INSERT INTO public.parties VALUES ('sector', 'MIL', 1, 1, 'recipient');



INSERT INTO public.revisions VALUES ('ferry', 1, 'of The ferry’s timetable changes.', '2031-05-06T08:00:00Z', 22405.5, NULL, NULL, 'Radio Sarn', '2031-05-06T07:08:09Z', '\x94909090c4083bf14775ae67e49a', '\x3bf5d38921f8a6be2dca91d249e0dd79', NULL, 'The ferry’s timetable changes.', '\x9cc0c0c0c0ba68747470733a2f2f76656c6d2e6578616d706c652f6665727279a2656e9092001e9090c090');



INSERT INTO public.sayings VALUES (1, 'korn', 'bridge', 'Ida Korn', 'We will not reopen the bridge before the winter', '\x948da26964a66b6f726e2e71a4666f726da56d69786564a7636f6e74656e7490a671756f74656490a363756584a761727469636c65a6627269646765a5737461727400a3656e6403a474657874a3546865a7737065616b6572c0ac737065616b65725f7370616ec0a5636861696e90a8706f6c6172697479a861666669726d6564a86d6f64616c697479c0a9616464726573736565c0ae6164647265737365655f7370616ec0aa636f6e666964656e6365cb3ff0000000000000919248779192484cc4086bf8c4eb3317f4f8');



INSERT INTO public.sayings_words VALUES (1, '''befor'':7A ''bridg'':6A ''not'':3A ''reopen'':4A ''the'':5A,8A ''we'':1A ''will'':2A ''winter'':9A');



INSERT INTO public.seen VALUES ('\xe1154457ae136b3b971da9de68914dd4', 'https://velm.example/bridge', '2031-05-06', 'bridge', 'e', NULL, 1);



INSERT INTO public.speakers VALUES ('ida', 1);
INSERT INTO public.speakers VALUES ('korn', 1);



INSERT INTO public.stories VALUES ('velm', 'The bridge', '2031-05-06', '2031-05-06', '2031-05-06T09:00:00Z', 1, 1, '\x9491ac56656c6d20436f757269657291a8496461204b6f726e91a456656c6dc408495f31cdf93821b5', false, NULL, '');



INSERT INTO public.troubles VALUES ('\x2b0adbe0de36f73efc4f3c82cb63d8e0', '\x348b9cfafb2840b06f8224eb3176aa38', 'x.html', 'read', 'no text', '2031-05-06', '2031-05-07', 2);



ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);



ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_id_key UNIQUE (id);



ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.blobs
    ADD CONSTRAINT blobs_pkey PRIMARY KEY (shelf, key);



ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (name);



ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.documents_words
    ADD CONSTRAINT documents_words_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_id_key UNIQUE (id);



ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.facets
    ADD CONSTRAINT facets_pkey PRIMARY KEY (kind, name, story);



ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_pkey PRIMARY KEY (key);



ALTER TABLE ONLY public.judgements
    ADD CONSTRAINT judgements_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.parties
    ADD CONSTRAINT parties_pkey PRIMARY KEY (kind, value, event, party);



ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_pkey PRIMARY KEY (id, revision);



ALTER TABLE ONLY public.sayings
    ADD CONSTRAINT sayings_id_key UNIQUE (id);



ALTER TABLE ONLY public.sayings
    ADD CONSTRAINT sayings_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.sayings_words
    ADD CONSTRAINT sayings_words_pkey PRIMARY KEY (number);



ALTER TABLE ONLY public.seen
    ADD CONSTRAINT seen_pkey PRIMARY KEY (key);



ALTER TABLE ONLY public.speakers
    ADD CONSTRAINT speakers_pkey PRIMARY KEY (word, saying);



ALTER TABLE ONLY public.stories
    ADD CONSTRAINT stories_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.troubles
    ADD CONSTRAINT troubles_pkey PRIMARY KEY (key);



CREATE INDEX articles_by_annotated ON public.articles USING btree (annotated, number);



CREATE INDEX articles_by_day ON public.articles USING btree (day);



CREATE INDEX articles_by_outlet ON public.articles USING btree (outlet_key, number);



CREATE INDEX articles_by_story ON public.articles USING btree (story, number);



CREATE INDEX blobs_by_place ON public.blobs USING btree (shelf, place, key);



CREATE INDEX documents_words_by_word ON public.documents_words USING gin (words) WITH (gin_pending_list_limit='1024');



CREATE INDEX events_by_day ON public.events USING btree (first_day);



CREATE INDEX events_by_story ON public.events USING btree (story);



CREATE INDEX facets_by_story ON public.facets USING btree (story);



CREATE INDEX judgements_by_one ON public.judgements USING btree (one);



CREATE INDEX judgements_by_other ON public.judgements USING btree (other);



CREATE INDEX parties_by_event ON public.parties USING btree (event);



CREATE INDEX sayings_by_article ON public.sayings USING btree (article);



CREATE INDEX sayings_words_by_word ON public.sayings_words USING gin (words) WITH (gin_pending_list_limit='1024');



CREATE INDEX speakers_by_saying ON public.speakers USING btree (saying);



CREATE INDEX stories_by_change ON public.stories USING btree (changed);



CREATE INDEX stories_by_stale ON public.stories USING btree (stale, changed);



CREATE INDEX troubles_by_input ON public.troubles USING btree (input_key);



CREATE INDEX troubles_by_last ON public.troubles USING btree (last);




