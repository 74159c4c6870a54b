CREATE TABLE playbook_versions (
  hash         text PRIMARY KEY,
  playbook_id  text NOT NULL,
  version      integer NOT NULL,
  title        text NOT NULL,
  body         text NOT NULL, -- canonical JSON, never changed
  published_at bigint NOT NULL,
  UNIQUE (playbook_id, version)
);

-- One row an incident: locked by the handler, it orders the log, holds the small state and the next timer.
CREATE TABLE incidents (
  id          text PRIMARY KEY,
  key         text NOT NULL UNIQUE,
  seq         bigint NOT NULL,
  hash        text NOT NULL,
  at          bigint NOT NULL, -- of the newest event; never decreases
  evolve      integer NOT NULL, -- number of the evolve that made `state`
  state       text NOT NULL, -- JSON, 64 KiB at most
  is_open     boolean NOT NULL,
  next_due_at bigint,
  declared_at bigint NOT NULL,
  closed_at   bigint
);
CREATE INDEX incidents_open ON incidents (id) WHERE is_open;
CREATE INDEX incidents_due ON incidents (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX incidents_declared ON incidents (declared_at DESC);
CREATE INDEX incidents_closed ON incidents (closed_at DESC) WHERE closed_at IS NOT NULL;

CREATE TABLE events (
  incident_id    text NOT NULL REFERENCES incidents (id),
  seq            bigint NOT NULL,
  type           text NOT NULL,
  v              integer NOT NULL,
  at             bigint NOT NULL,
  occurred_at    bigint NOT NULL,
  actor_kind     text NOT NULL CHECK (actor_kind IN ('person', 'system', 'automation')),
  actor_id       text NOT NULL,
  command_id     text NOT NULL,
  -- The exact text that was hashed. Redaction may empty both columns; the chain still verifies by the digest.
  payload        text,
  salt           text,
  payload_digest text NOT NULL,
  hash           text NOT NULL,
  -- Entries are what the timeline and chat page through; the rest is read by seq only.
  is_entry       boolean NOT NULL,
  PRIMARY KEY (incident_id, seq)
);
CREATE INDEX events_entries ON events (incident_id, seq DESC) WHERE is_entry;

-- A resend gets the first answer, refusals too. Declaring has no incident yet: its key is ''.
CREATE TABLE command_answers (
  incident_id text NOT NULL,
  actor_id    text NOT NULL,
  command_id  text NOT NULL,
  answer      text NOT NULL, -- JSON
  at          bigint NOT NULL,
  -- Looked up by command; the actor in between would make a resend check read a whole room's answers.
  PRIMARY KEY (incident_id, command_id, actor_id)
);
