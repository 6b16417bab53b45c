/** An instant in whole seconds since 1970, the unit of rules and answers; null stays null. */
export const epochS = (instant: string): string => `floor(date_part('epoch', ${instant}))::bigint`
