-- What Keystone was seen to call each project, since when.
CREATE TABLE project_named (
    project TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    name    TEXT NOT NULL,
    PRIMARY KEY (project, told_at)
);
