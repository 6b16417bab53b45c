/** The beginning of a statement that records an event; append `select $1, …` with the kind of event and the columns. */
export const tell = (columns: string): string => `insert into events (org_id, kind, ${columns})`
