-- The tables of a store of pifu for PostgreSQL, schema 1: the same names,
-- columns and keys as in SQLite. Made in the current schema (search_path);
-- `pifu export STORE -f postgres` gives the rows.

BEGIN;

CREATE TABLE runs (
	id         bigint PRIMARY KEY,
	begun      timestamptz NOT NULL,
	ended      timestamptz,
	status     text,
	command    text,
	program    text NOT NULL,
	grammar    text,
	documents  bigint NOT NULL,
	failed     bigint NOT NULL,
	duplicates bigint NOT NULL,
	records    bigint NOT NULL,
	doubtful   bigint NOT NULL
);
COMMENT ON TABLE runs IS 'one call of the program over many inputs; without ended it was killed';

CREATE TABLE documents (
	id           bigint PRIMARY KEY,
	path         text NOT NULL UNIQUE,
	run_id       bigint NOT NULL REFERENCES runs,
	duplicate_of bigint REFERENCES documents DEFERRABLE INITIALLY DEFERRED,
	sha256       text,
	format       text,
	status       text NOT NULL,
	message      text,
	line         bigint,
	col          bigint,
	size         bigint,
	modified     bigint,
	read_at      timestamptz,
	forms        bigint NOT NULL,
	records      bigint NOT NULL,
	doubtful     bigint NOT NULL,
	repairs      bigint NOT NULL,
	findings     bigint NOT NULL,
	cells        bigint,
	balanced     boolean,
	accounts     jsonb
);
COMMENT ON TABLE documents IS 'one input, also one that failed; archive.zip!member inside archives';
COMMENT ON COLUMN documents.duplicate_of IS 'a document with the same bytes: the rows are kept there';
COMMENT ON COLUMN documents.modified IS 'ns since 1970';
COMMENT ON COLUMN documents.accounts IS 'the receipt: cells of the input in each account';

CREATE TABLE forms (
	id          bigint PRIMARY KEY,
	document_id bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
	no          bigint NOT NULL,
	kind        text,
	title       text,
	year        integer,
	department  text,
	project     text,
	fields      json,
	goals       jsonb,
	UNIQUE (document_id, no)
);
COMMENT ON TABLE forms IS '表: one form of a document';

CREATE TABLE functions (
	id      bigint PRIMARY KEY,
	form_id bigint NOT NULL REFERENCES forms ON DELETE CASCADE,
	place   bigint NOT NULL,
	no      bigint,
	name    text,
	UNIQUE (form_id, place)
);
COMMENT ON TABLE functions IS '职能';

CREATE TABLE indicators (
	id           bigint PRIMARY KEY,
	record_id    text NOT NULL UNIQUE,
	form_id      bigint NOT NULL REFERENCES forms ON DELETE CASCADE,
	place        bigint NOT NULL,
	function_id  bigint REFERENCES functions,
	project      text,
	level1       text,
	level2       text,
	name         text,
	target       text,
	target_kind  text,
	comparator   text,
	number       numeric,
	number_max   numeric,
	unit         text,
	weight       text,
	basis        text,
	actual       text,
	score        text,
	note         text,
	term         text,
	parts        jsonb,
	raw          jsonb,
	page         bigint,
	table_no     bigint,
	row_no       bigint,
	confidence   double precision NOT NULL,
	doubtful     boolean NOT NULL,
	alternatives jsonb,
	UNIQUE (form_id, place)
);
COMMENT ON TABLE indicators IS '绩效指标';
COMMENT ON COLUMN indicators.record_id IS 'stable: same bytes and same grammar, same id';
COMMENT ON COLUMN indicators.weight IS 'a number or a text, as the form has it';
COMMENT ON COLUMN indicators.raw IS 'text before normalisation, where that changed it';

CREATE TABLE cells (
	indicator_id bigint NOT NULL REFERENCES indicators ON DELETE CASCADE,
	place        bigint NOT NULL,
	field        text NOT NULL,
	table_no     bigint,
	row_no       bigint,
	col_no       bigint,
	path         text,
	PRIMARY KEY (indicator_id, place)
);
COMMENT ON TABLE cells IS 'where each field of an indicator was read; tables, rows, columns from 0';

CREATE TABLE repairs (
	id           bigint PRIMARY KEY,
	indicator_id bigint NOT NULL REFERENCES indicators ON DELETE CASCADE,
	code         text NOT NULL,
	cost         double precision,
	reason       text,
	cells        jsonb
);
COMMENT ON TABLE repairs IS 'what was put right, in the order applied';

CREATE TABLE findings (
	id           bigint PRIMARY KEY,
	document_id  bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
	indicator_id bigint REFERENCES indicators ON DELETE CASCADE,
	kind         text NOT NULL,
	code         text NOT NULL,
	severity     text NOT NULL,
	line         bigint,
	col          bigint,
	table_no     bigint,
	row_no       bigint,
	col_no       bigint,
	text         text
);
COMMENT ON TABLE findings IS 'of an indicator, or of the document where indicator_id is null';

CREATE INDEX documents_sha256 ON documents (sha256);
CREATE INDEX documents_run ON documents (run_id);
CREATE INDEX documents_duplicate ON documents (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX forms_year ON forms (year, department);
CREATE INDEX indicators_function ON indicators (function_id) WHERE function_id IS NOT NULL;
CREATE INDEX indicators_doubtful ON indicators (id) WHERE doubtful;
CREATE INDEX repairs_indicator ON repairs (indicator_id);
CREATE INDEX findings_document ON findings (document_id);
CREATE INDEX findings_indicator ON findings (indicator_id) WHERE indicator_id IS NOT NULL;

CREATE VIEW records AS
SELECT i.record_id AS id, d.path AS file, f.no AS form, f.kind, f.title, f.year, f.department,
       i.project, u.no AS function_no, u.name AS function, i.level1, i.level2, i.name,
       i.target, i.target_kind, i.comparator, i.number, i.number_max, i.unit, i.weight, i.basis,
       i.actual, i.score, i.note, i.term, i.confidence,
       (SELECT string_agg(code, ';' ORDER BY id) FROM findings
         WHERE indicator_id = i.id AND kind = 'finding') AS findings,
       (SELECT string_agg(code, ';' ORDER BY id) FROM findings
         WHERE indicator_id = i.id AND kind = 'check') AS checks,
       (SELECT string_agg(code, ';' ORDER BY id) FROM repairs
         WHERE indicator_id = i.id) AS repairs,
       i.doubtful, d.sha256, i.page, i.table_no, i.row_no, i.parts, i.raw, i.alternatives, i.place,
       i.id AS key, f.id AS form_id, d.id AS document_id
  FROM indicators i
  JOIN forms f ON f.id = i.form_id
  JOIN documents d ON d.id = f.document_id
  LEFT JOIN functions u ON u.id = i.function_id;

COMMIT;
