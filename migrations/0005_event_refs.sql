-- The event that an event speaks about, by seq: what was edited, deleted, pinned, amended or struck, so that a command
-- finds out whatever its age. Also in the payload, which alone is hashed.
ALTER TABLE events ADD COLUMN ref bigint;
UPDATE events SET ref = (payload::json ->> 'ref')::bigint
 WHERE type IN ('chat.edited', 'chat.deleted', 'entry.pinned', 'entry.amended', 'entry.struck')
   AND payload IS NOT NULL;
CREATE INDEX events_refs ON events (incident_id, ref) WHERE ref IS NOT NULL;
