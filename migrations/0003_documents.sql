-- One row a document. `writable` and `epoch` change only in the transaction of the event that changes them,
-- and every append of a batch is conditional on them.
CREATE TABLE documents (
  name        text PRIMARY KEY, -- "<incident id>" is main, "<incident id>~<part>" the others
  incident_id text NOT NULL REFERENCES incidents (id),
  seq         bigint NOT NULL,
  bytes       bigint NOT NULL,
  writable    boolean NOT NULL,
  epoch       integer NOT NULL,
  schema      integer NOT NULL
);
CREATE INDEX documents_incident ON documents (incident_id);

-- Every committed batch, for good. `body` is a list of (actor id, update bytes).
CREATE TABLE document_batches (
  name text NOT NULL REFERENCES documents (name),
  seq  bigint NOT NULL,
  at   bigint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (name, seq)
);

-- A Yjs client id belongs to the person whose connection first announced it.
CREATE TABLE document_clients (
  name      text NOT NULL REFERENCES documents (name),
  client_id bigint NOT NULL,
  actor_id  text NOT NULL,
  PRIMARY KEY (name, client_id)
);

-- Caches: a whole document state at `seq`, in chunks of 32 KiB. Complete when `chunks` rows are there.
-- `id` keeps the chunks of two nodes apart that save the same state in different bytes.
CREATE TABLE document_snapshots (
  name   text NOT NULL REFERENCES documents (name),
  seq    bigint NOT NULL,
  id     text NOT NULL,
  chunk  integer NOT NULL,
  chunks integer NOT NULL,
  bytes  bytea NOT NULL,
  PRIMARY KEY (name, seq, id, chunk)
);
