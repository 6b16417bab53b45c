/** The beginning of a statement that tells of something: `select $1, …` follows, with the kind of event and the columns. */
export const tell = (columns: string): string => `insert into events (org_id, kind, ${columns})`
