-- What a build of Muster read in a playbook file, so that the same build need not read the same text again. A row
-- is written once its version is published; another build or another text finds no row and reads.
CREATE TABLE playbook_files (
  build        text NOT NULL,
  text_hash    text NOT NULL, -- SHA-256 of the file's text
  version_hash text NOT NULL REFERENCES playbook_versions (hash),
  PRIMARY KEY (build, text_hash)
);
