-- When each client id was announced: how many a document and a person may announce is counted over the last hour.
ALTER TABLE document_clients ADD COLUMN at bigint NOT NULL DEFAULT 0;
CREATE INDEX document_clients_recent ON document_clients (name, at);
