-- From here on a document may hold tables, check boxes and references. Pages of an earlier version show it
-- read-only and ask to be reloaded.
UPDATE documents SET schema = 2 WHERE schema < 2;
