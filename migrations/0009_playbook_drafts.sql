-- What a version was written as, where it came from and who published it. Null: published before this was kept, or by
-- Muster itself; the shipped files are filled in at the next start.
ALTER TABLE playbook_versions ADD COLUMN source text;
ALTER TABLE playbook_versions ADD COLUMN origin text NOT NULL DEFAULT 'shipped' CHECK (origin IN ('shipped', 'edited'));
ALTER TABLE playbook_versions ADD COLUMN published_by text; -- id in people

-- Written and not published: at most one of each kind beside a playbook. A shipped update waits here when the newest
-- version was edited; one that was set aside stays, so that the next start does not bring it again.
CREATE TABLE playbook_drafts (
  playbook_id text NOT NULL,
  origin      text NOT NULL CHECK (origin IN ('shipped', 'edited')),
  source      text NOT NULL,
  hash        text NOT NULL, -- of the content it would publish
  edited_at   bigint NOT NULL,
  edited_by   text, -- id in people; null for Muster itself
  set_aside   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (playbook_id, origin)
);
