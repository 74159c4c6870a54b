-- What a person last had in view of an incident: the newest event they saw, and when. It only rises.
CREATE TABLE seen (
  incident_id text NOT NULL REFERENCES incidents (id),
  person_id   text NOT NULL,
  seq         bigint NOT NULL,
  at          bigint NOT NULL,
  PRIMARY KEY (incident_id, person_id)
);
