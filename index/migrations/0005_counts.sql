-- Lists by views and downloads, and conditions on them, over many records.

CREATE INDEX records_by_views ON records (views, id) WHERE views IS NOT NULL;
CREATE INDEX records_by_downloads ON records (downloads, id) WHERE downloads IS NOT NULL;
