-- Who may come in. Tokens are stored only as SHA-256 hashes (hex).
CREATE TABLE people (
  id                text PRIMARY KEY,
  name              text NOT NULL,
  -- The name as it is compared at sign-in (NFKC, lower case); NULL for those who have no password.
  login             text UNIQUE,
  role              text NOT NULL CHECK (role IN ('administrator', 'responder', 'viewer', 'guest')),
  password_hash     text,
  -- A guest reaches this incident only, with these rights.
  scope_incident_id text,
  scope_role        text CHECK (scope_role IN ('responder', 'viewer')),
  -- The share link that let a guest in; revoking it ends the visit.
  link_id           text,
  created_at        bigint NOT NULL,
  disabled_at       bigint
);
CREATE INDEX people_guests ON people (scope_incident_id) WHERE scope_incident_id IS NOT NULL;
CREATE INDEX people_link ON people (link_id) WHERE link_id IS NOT NULL;

CREATE TABLE sessions (
  id           text PRIMARY KEY, -- names the session in logs and revocations; opens nothing
  token_hash   text NOT NULL UNIQUE,
  person_id    text NOT NULL REFERENCES people (id),
  -- Hash over person and address: tells whether this person signed in from there before.
  address_hash text,
  created_at   bigint NOT NULL,
  expires_at   bigint NOT NULL,
  revoked_at   bigint
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE share_links (
  id          text PRIMARY KEY,
  token_hash  text NOT NULL UNIQUE,
  incident_id text NOT NULL,
  role        text NOT NULL CHECK (role IN ('responder', 'viewer')),
  created_by  text NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL,
  uses_left   integer NOT NULL CHECK (uses_left >= 0),
  revoked_at  bigint
);
CREATE INDEX share_links_incident ON share_links (incident_id);

CREATE TABLE wall_tokens (
  id         text PRIMARY KEY,
  token_hash text NOT NULL UNIQUE,
  label      text NOT NULL,
  created_by text NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);

-- Rights that ended, in the order of their commits: every node reads on from the last it knows.
CREATE TABLE revocations (
  seq         bigint PRIMARY KEY,
  at          bigint NOT NULL,
  session_key text,
  person_id   text,
  incident_id text,
  wall_id     text
);

-- The one-time set-up link and other small facts of this installation.
CREATE TABLE settings (
  key   text PRIMARY KEY,
  value text NOT NULL
);
INSERT INTO settings (key, value) VALUES ('revocations', '0');
