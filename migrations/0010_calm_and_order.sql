-- How bad each incident is, and by which version of a playbook, beside its state: the calm wall counts thirty days
-- without opening one. Null: no severity yet.
ALTER TABLE incidents ADD COLUMN playbook_hash text, ADD COLUMN severity text;
UPDATE incidents SET playbook_hash = state::json -> 'playbook' ->> 'hash',
  severity = state::json -> 'severity' ->> 'key';

-- Whole pages of all, and the days of the calm wall.
DROP INDEX incidents_declared;
CREATE INDEX incidents_declared ON incidents (declared_at DESC, id DESC) INCLUDE (playbook_hash, severity);
-- The open ones as the board wants them. What changes with every event (seq, hash) stays out of it.
DROP INDEX incidents_open;
CREATE INDEX incidents_open ON incidents (declared_at DESC, id DESC) WHERE is_open;
