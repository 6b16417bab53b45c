/** An instant in whole seconds since 1970, by which rules and answers go; null stays null. */
export const epochS = (instant: string): string => `floor(date_part('epoch', ${instant}))::bigint`
