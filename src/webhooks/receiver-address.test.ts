import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../platform/config.ts'
import { createPostman } from './post-message.ts'
import { isPublicAddress, lookUpPublic } from './receiver-address.ts'
import { readReceiverUrl } from './receiver-url.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

const inside = words(`
  0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255
  192.0.0.8 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1
  fe80::1%eth0 fc00::1 fd12:3456::1 fec0::1 ff02::1 2001:db8::1 2001::1 2002:7f00:1::
  64:ff9b:1::1 100::1 3fff::1 5f00::1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a00:1
  0:0:0:0:0:ffff:c0a8:0101 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe ::127.0.0.1`)
const outside = words(`
  1.1.1.1 8.8.8.8 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 223.255.255.255
  2606:4700:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808`)

describe('addresses', () => {
  test('of internal networks are refused, in IPv4, IPv6 and IPv4 within IPv6', () => {
    expect(inside.filter((address) => isPublicAddress(address))).toEqual([])
  })

  test('of the public internet are allowed', () => {
    expect(outside.filter((address) => !isPublicAddress(address))).toEqual([])
  })

  test('that are invalid are refused', () => {
    for (const text of ['', 'example.com', '1.2.3', '999.1.1.1', ':::'])
      expect(isPublicAddress(text)).toBe(false)
  })
})

describe('the URL of a receiver', () => {
  const config = readConfig({})
  const laptop = readConfig({ WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES: '1' })

  test('must be https at a public address, in any spelling of the address', () => {
    const refused = words(`
      http://example.com/ ftp://example.com/ https://user:pass@example.com/ nonsense
      /path https://localhost/ https://shop.localhost./ https:
        
      ,
         ,
      ],
      
      ...[ x
      ${'https://example.com/'.padEnd(2_001, 'x')}`)
    for (const url of refused) {
      expect(() => readReceiverUrl(config, 'url', url), url).toThrow(/url/)
    }
    expect(readReceiverUrl(config, 'url', 'https://example.com/hook?x=1#part')).toBe(
      'https://example.com/hook?x=1',
    )
    expect(readReceiverUrl(config, 'url', 'https://8.8.8.8:8443/')).toBe('https://8.8.8.8:8443/')
  })

  test('may have any address if the configuration permits it', () => {
    expect(readReceiverUrl(laptop, 'url', 'http://localhost:3000/hook')).toBe('http://localhost:3000/hook')
    expect(() => readReceiverUrl(laptop, 'url', 'file:///etc/passwd')).toThrow(/url/)
  })
})

describe('a connection', () => {
  let server: Server
  let requests = 0
  const port = () => (server.address() as AddressInfo).port
  const limits = { webhooksMayReachPrivateAddresses: false, webhookTimeoutMs: 1_000 }

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests += 1
      response
        .writeHead(request.url === '/moved' ? 302 : 200, { location: `http://127.0.0.1:${port()}/there` })
        .end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => void server.close())

  test('is not made to an internal address, by name or by number', async () => {
    const postman = createPostman(limits)
    for (const url of [
      `https://localhost:${port()}/`,
      `https://127.0.0.1:${port()}/`,
      `https://[::ffff:127.0.0.1]:${port()}/`,
    ])
      expect(await postman.post(url, {}, '{}')).toMatchObject({ outcome: 'forbidden-address' })
    expect(await postman.post(`http://127.0.0.1:${port()}/`, {}, '{}')).toMatchObject({
      outcome: 'forbidden-address',
    })
    postman.close()
    expect(requests).toBe(0)
  })

  test('is not made if only one of the addresses of a name is internal', async () => {
    const answered = await new Promise((resolve) =>
      lookUpPublic('localhost', { all: true }, (error, addresses) => resolve(error ?? addresses)),
    )
    expect(answered).toMatchObject({ code: 'FORBIDDEN_ADDRESS' })
  })

  test('goes to the checked address, for which the name is resolved once', async () => {
    let lookUps = 0
    // The first address is permitted; the second would lead elsewhere.
    const rebinding: LookupFunction = (_name, options, callback) => {
      lookUps += 1
      const address = lookUps === 1 ? '127.0.0.1' : '127.0.0.2'
      return options.all === true ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4)
    }
    const postman = createPostman({ ...limits, webhooksMayReachPrivateAddresses: true }, rebinding)
    expect(await postman.post(`http://rebinding.example:${port()}/`, {}, '{}')).toMatchObject({
      outcome: 'delivered',
    })
    expect(lookUps).toBe(1)
    postman.close()
  })

  test('follows no redirect', async () => {
    const before = requests
    const postman = createPostman({ ...limits, webhooksMayReachPrivateAddresses: true })
    expect(await postman.post(`http://127.0.0.1:${port()}/moved`, {}, '{}')).toMatchObject({
      outcome: 'redirected',
      httpStatus: 302,
    })
    expect(requests).toBe(before + 1)
    postman.close()
  })

  test('to an unreachable or silent receiver fails in time', async () => {
    const postman = createPostman({ webhooksMayReachPrivateAddresses: true, webhookTimeoutMs: 300 })
    expect(await postman.post('http://127.0.0.1:1/', {}, '{}')).toMatchObject({ outcome: 'unreachable' })
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port: silentPort } = silent.address() as AddressInfo
    expect(await postman.post(`http://127.0.0.1:${silentPort}/`, {}, '{}')).toMatchObject({
      outcome: 'timeout',
    })
    // A receiver that begins to answer and never ends has accepted the message.
    const endless = createServer((_request, response) => void response.writeHead(200).write('x'))
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
    const { port: endlessPort } = endless.address() as AddressInfo
    expect(await postman.post(`http://127.0.0.1:${endlessPort}/`, {}, '{}')).toMatchObject({
      outcome: 'delivered',
    })
    postman.close()
    silent.closeAllConnections()
    endless.closeAllConnections()
    silent.close()
    endless.close()
  })
})
