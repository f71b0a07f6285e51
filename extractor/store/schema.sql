-- A store of pifu, schema 1.
--
--   runs --< documents --< forms --< functions
--                              \        |
--                               \--< indicators --< cells
--                                               \-< repairs
--            documents, indicators --< findings
--
-- Every key is an integer and given in the order of the input. The view
-- `records` is what most want: one row an indicator, with the columns of CSV.
--
--   SELECT department, name, target FROM records WHERE year = 2024 AND number > 100;
--   SELECT r.name, r.target FROM search JOIN records r ON r.key = search.rowid
--    WHERE search MATCH '经费';

PRAGMA application_id = 1885955701; -- "pifu"
PRAGMA user_version = 1;

-- One call of the program over many inputs. Without `ended` it was killed, or goes on.
CREATE TABLE runs (
	id         INTEGER PRIMARY KEY,
	begun      TEXT NOT NULL,    -- ISO 8601, like all times
	ended      TEXT,
	status     TEXT,             -- done, interrupted …
	command    TEXT,
	program    TEXT NOT NULL,
	grammar    TEXT,             -- version of the grammars
	documents  INTEGER NOT NULL DEFAULT 0,
	failed     INTEGER NOT NULL DEFAULT 0,
	duplicates INTEGER NOT NULL DEFAULT 0,
	records    INTEGER NOT NULL DEFAULT 0,
	doubtful   INTEGER NOT NULL DEFAULT 0
);

-- One input, also one that failed; archive.zip!member inside archives.
CREATE TABLE documents (
	id           INTEGER PRIMARY KEY,
	path         TEXT NOT NULL UNIQUE,
	run_id       INTEGER NOT NULL REFERENCES runs,
	duplicate_of INTEGER REFERENCES documents, -- same bytes: the rows are kept there
	sha256       TEXT,
	format       TEXT,
	status       TEXT NOT NULL,  -- ok, or why it failed (pifu codes)
	message      TEXT,           -- of a failure
	line         INTEGER,        -- where it failed, from 1
	col          INTEGER,
	size         INTEGER,        -- bytes
	modified     INTEGER,        -- ns since 1970
	read_at      TEXT,
	forms        INTEGER NOT NULL,
	records      INTEGER NOT NULL,
	doubtful     INTEGER NOT NULL,
	repairs      INTEGER NOT NULL,
	findings     INTEGER NOT NULL,
	cells        INTEGER,        -- non-blank cells of the input: the receipt
	balanced     INTEGER,        -- 1: each of them is in exactly one account
	accounts     TEXT            -- JSON: cells in each account
);
CREATE INDEX documents_sha256 ON documents (sha256);
CREATE INDEX documents_run ON documents (run_id);
CREATE INDEX documents_duplicate ON documents (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE forms (
	id          INTEGER PRIMARY KEY,
	document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
	no          INTEGER NOT NULL, -- in the document, from 1
	kind        TEXT,             -- form family: the grammar's name
	title       TEXT,
	year        INTEGER,
	department  TEXT,
	project     TEXT,
	fields      TEXT,             -- JSON: the head, key and value
	goals       TEXT,             -- JSON: 年度整体绩效目标
	UNIQUE (document_id, no)
);
CREATE INDEX forms_year ON forms (year, department);

-- 职能
CREATE TABLE functions (
	id      INTEGER PRIMARY KEY,
	form_id INTEGER NOT NULL REFERENCES forms ON DELETE CASCADE,
	place   INTEGER NOT NULL,     -- order in the form, from 1
	no      INTEGER,              -- the number it bears there
	name    TEXT,
	UNIQUE (form_id, place)
);

-- 绩效指标
CREATE TABLE indicators (
	id           INTEGER PRIMARY KEY,
	record_id    TEXT NOT NULL UNIQUE, -- stable: same bytes and same grammar, same id
	form_id      INTEGER NOT NULL REFERENCES forms ON DELETE CASCADE,
	place        INTEGER NOT NULL,     -- order in the form, from 1
	function_id  INTEGER REFERENCES functions,
	project      TEXT,
	level1       TEXT,
	level2       TEXT,
	name         TEXT,
	target       TEXT,
	target_kind  TEXT,
	comparator   TEXT,
	number       NUMERIC,
	number_max   NUMERIC,
	unit         TEXT,
	weight,                            -- a number where the text is one, else the text
	basis        TEXT,
	actual,
	score,
	note         TEXT,
	term         TEXT,
	parts        TEXT,                 -- JSON: [{place, target}]
	raw          TEXT,                 -- JSON: text before normalisation; NULL: nothing changed
	page         INTEGER,              -- from 1
	table_no     INTEGER,              -- from 0, like row_no and col_no everywhere
	row_no       INTEGER,
	confidence   REAL NOT NULL,
	doubtful     INTEGER NOT NULL,
	alternatives TEXT,                 -- JSON: [{field, text, margin}]
	UNIQUE (form_id, place)
);
CREATE INDEX indicators_function ON indicators (function_id) WHERE function_id IS NOT NULL;
CREATE INDEX indicators_doubtful ON indicators (id) WHERE doubtful;

-- Where each field of an indicator was read.
CREATE TABLE cells (
	indicator_id INTEGER NOT NULL REFERENCES indicators ON DELETE CASCADE,
	place        INTEGER NOT NULL,
	field        TEXT NOT NULL,
	table_no     INTEGER,
	row_no       INTEGER,
	col_no       INTEGER,
	path         TEXT,                 -- inside the document, where the format has such
	PRIMARY KEY (indicator_id, place)
) WITHOUT ROWID;

-- What was put right, in the order applied.
CREATE TABLE repairs (
	id           INTEGER PRIMARY KEY,
	indicator_id INTEGER NOT NULL REFERENCES indicators ON DELETE CASCADE,
	code         TEXT NOT NULL,
	cost         REAL,                 -- in repair steps
	reason       TEXT,
	cells        TEXT                  -- JSON: [[table, row, column]]
);
CREATE INDEX repairs_indicator ON repairs (indicator_id);

-- Findings about the reading and checks of what the form says: of an
-- indicator, or of the document where indicator_id is NULL.
CREATE TABLE findings (
	id           INTEGER PRIMARY KEY,
	document_id  INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
	indicator_id INTEGER REFERENCES indicators ON DELETE CASCADE,
	kind         TEXT NOT NULL,        -- finding or check
	code         TEXT NOT NULL,
	severity     TEXT NOT NULL,        -- info, notice, warning, error
	line         INTEGER,              -- of the source, from 1
	col          INTEGER,
	table_no     INTEGER,
	row_no       INTEGER,
	col_no       INTEGER,
	text         TEXT                  -- what was seen
);
CREATE INDEX findings_document ON findings (document_id);
CREATE INDEX findings_indicator ON findings (indicator_id) WHERE indicator_id IS NOT NULL;

-- The meaning of a store's own numbers: `indexed` is the last indicator in `search`.
CREATE TABLE store_facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO store_facts VALUES ('indexed', 0);

-- Words of the indicators; rowid is indicators.id. Chinese runs stand in it as
-- all their pieces of two, three and four characters, so that MATCH '经费' or
-- '满意度' finds them inside longer words with SQLite's own tokenizer; a longer
-- word is asked for by pieces: MATCH '群众满意 满意度'.
CREATE VIRTUAL TABLE search USING fts5 (
	name, target, basis, note,
	content = '', columnsize = 0, detail = column, tokenize = 'ascii'
);

CREATE VIEW records AS
SELECT i.record_id AS id, d.path AS file, f.no AS form, f.kind, f.title, f.year, f.department,
       i.project, u.no AS function_no, u.name AS function, i.level1, i.level2, i.name,
       i.target, i.target_kind, i.comparator, i.number, i.number_max, i.unit, i.weight, i.basis,
       i.actual, i.score, i.note, i.term, i.confidence,
       (SELECT group_concat(code, ';') FROM (SELECT code FROM findings
         WHERE indicator_id = i.id AND kind = 'finding' ORDER BY id)) AS findings,
       (SELECT group_concat(code, ';') FROM (SELECT code FROM findings
         WHERE indicator_id = i.id AND kind = 'check' ORDER BY id)) AS checks,
       (SELECT group_concat(code, ';') FROM (SELECT code FROM repairs
         WHERE indicator_id = i.id ORDER BY id)) AS repairs,
       i.doubtful, d.sha256, i.page, i.table_no, i.row_no, i.parts, i.raw, i.alternatives, i.place,
       i.id AS key, f.id AS form_id, d.id AS document_id
  FROM indicators i
  JOIN forms f ON f.id = i.form_id
  JOIN documents d ON d.id = f.document_id
  LEFT JOIN functions u ON u.id = i.function_id;
