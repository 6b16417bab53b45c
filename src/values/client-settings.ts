/**
 * Settings of the calling program, of the organisation and of single tills or OAuth clients: how it is answered, and
 * what it may do through `/mcp`. The interfaces (HTTP API, command line, console) and the documentation are derived from this table.
 */
export const clientSettings = [
  {
    name: 'v1AllFailedStatus',
    values: ['200', '400', '500'],
    default: '200',
    meaning: 'HTTP status of a v1.1 answer in which no item succeeded.',
    symptom:
      'The program expects an HTTP error when every item of a v1.1 request failed, and treats 200 as success without reading the body.',
    valueMeanings: {
      200: 'the body alone tells that all items failed, as recorded from the original',
      400: 'bad request',
      500: 'server error, as the published OpenAPI document of some calls says',
    },
  },
  {
    name: 'v1CheckRefusal',
    values: ['false500', 'true200'],
    default: 'false500',
    meaning: 'Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed.',
    symptom:
      'The program was written against the pages of 2016: it reads is_redeemable and reports a failed connection when status.success is "false".',
    valueMeanings: {
      false500: 'status.success "false" and code 500, with the reason in item_status',
      true200: 'status.success "true" and code 200; only is_redeemable and item_status tell of the refusal',
    },
  },
  {
    name: 'v1Types',
    values: ['text', 'typed'],
    default: 'text',
    meaning: 'JSON types of flags, codes and figures in v1.1 answers.',
    symptom:
      'The program casts values (a ClassCastException or a similar error on "true"), because it expects booleans and numbers instead of strings.',
    valueMeanings: {
      text: 'flags and figures are strings, as published',
      typed: 'flags are booleans; codes and figures are numbers',
    },
  },
  {
    name: 'v2RefusalStatus',
    values: ['published', '200', '400'],
    default: 'published',
    meaning: 'HTTP status of a v2 answer that refuses a coupon.',
    symptom:
      'The program reads bodies at 200 only and shows "connection error" for a refused coupon (set 200), or takes every 200 as success (set 400).',
    valueMeanings: {
      published: 'the status that the reference publishes for each call',
      200: 'every refusal of a coupon is answered with 200; bad requests are not',
      400: 'every refusal of a coupon is answered with 400',
    },
  },
  {
    name: 'naiveTime',
    values: ['auto', 'utc', 'org'],
    default: 'auto',
    meaning: 'How a time of a redemption that states no offset is read.',
    symptom:
      'Redemptions carry warning 739, or are judged at the wrong hour, because the clock of the program is not read in the zone that it means.',
    valueMeanings: {
      auto: 'as UTC or as the wall clock of the organisation, whichever is within 15 minutes of now; otherwise as published (v2: UTC, v1.1: wall clock)',
      utc: 'always UTC',
      org: 'always the wall clock of the organisation',
    },
  },
  {
    name: 'identifiers',
    values: ['first', 'strict'],
    default: 'first',
    meaning: 'What several identifiers of a customer in one request mean.',
    symptom:
      'The program relies on an error when one of the identifiers that it sends belongs to nobody (set strict).',
    valueMeanings: {
      first: 'the first that belongs to a customer decides; identifiers that belong to nobody are ignored',
      strict: 'every identifier has to belong to the same customer',
    },
  },
  {
    name: 'mcpWrites',
    values: ['off', 'allowed'],
    default: 'off',
    meaning: 'Whether tools of /mcp may change anything.',
    symptom:
      'An assistant that should issue, extend, revoke or reverse coupons or stop a series is offered only tools that read.',
    valueMeanings: {
      off: 'only tools that read are offered',
      allowed:
        'tools that change something are offered too: each has the permissions of the caller and needs a confirmation; state it for single clients rather than for the organisation, where it applies to people as well',
    },
  },
] as const satisfies readonly ClientSetting[]

/** A setting with its meaning, and the symptom of programs for which it should be changed. */
interface ClientSetting {
  readonly name: string
  readonly values: readonly string[]
  readonly default: string
  readonly meaning: string
  readonly symptom: string
  readonly valueMeanings: Readonly<Record<string, string>>
}

type Defined = (typeof clientSettings)[number]
export type ClientSettingName = Defined['name']

/** A value for every setting. */
export type ClientSettings = {
  readonly [One in Defined as One['name']]: One['values'][number]
}

/** The stated settings of an organisation, a till or a client; the others are decided elsewhere. */
export type StatedClientSettings = Partial<ClientSettings>

export const defaultClientSettings = Object.freeze(
  Object.fromEntries(clientSettings.map((one) => [one.name, one.default])),
) as ClientSettings

/**
 * The effective settings of a caller.
 *
 * @param stated the stored settings, the most specific first (till or client, then organisation); values that this
 * release does not know count as not stated.
 */
export function clientSettingsOf(...stated: readonly unknown[]): ClientSettings {
  const given = stated.map(readStatedClientSettings).filter((one) => Object.keys(one).length > 0)
  return given.length === 0
    ? defaultClientSettings
    : Object.assign({}, defaultClientSettings, ...given.toReversed())
}

/** The stored settings, without those that this release does not know. */
export function readStatedClientSettings(stored: unknown): StatedClientSettings {
  if (typeof stored !== 'object' || stored === null) return {}
  const values = new Map(Object.entries(stored))
  return Object.fromEntries(
    clientSettings
      .map(({ name, values: allowed }) => [
        name,
        (allowed as readonly unknown[]).includes(values.get(name)) ? values.get(name) : undefined,
      ])
      .filter(([, value]) => value !== undefined),
  ) as StatedClientSettings
}
