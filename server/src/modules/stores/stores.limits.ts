/** What the fewest characters of a customer's password may be set to. */
export const passwordMinLengths = { minimum: 1, maximum: 128 } as const;
