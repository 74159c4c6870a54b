-- Who may come in. Tokens are stored only as SHA-256 hashes (hex).
CREATE TABLE people (
  id            text PRIMARY KEY,
  name          text NOT NULL,
  role          text NOT NULL CHECK (role IN ('administrator', 'responder', 'viewer', 'guest')),
  password_hash text,
  created_at    bigint NOT NULL,
  disabled_at   bigint
);
CREATE UNIQUE INDEX people_name_with_password ON people (lower(name)) WHERE password_hash IS NOT NULL;

CREATE TABLE sessions (
  token_hash  text PRIMARY KEY,
  person_id   text NOT NULL REFERENCES people (id),
  -- A guest's session reaches this incident only; NULL reaches what the person's role reaches.
  incident_id text,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL,
  revoked_at  bigint
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
  uses_left   integer NOT NULL,
  revoked_at  bigint
);

CREATE TABLE wall_tokens (
  id         text PRIMARY KEY,
  token_hash text NOT NULL UNIQUE,
  label      text NOT NULL,
  created_by text NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);

-- The one-time set-up link and other small facts of this installation.
CREATE TABLE settings (
  key   text PRIMARY KEY,
  value text NOT NULL
);
