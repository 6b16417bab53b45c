import type { Command } from 'commander'

const help = `
The server is found, and the caller signs in, by environment variables:
  COUNTERFOIL_URL            address of the server (default http://127.0.0.1:8080)
  COUNTERFOIL_CLIENT_KEY     key of an OAuth client, with
  COUNTERFOIL_CLIENT_SECRET  its secret; or
  COUNTERFOIL_USER_EMAIL     e-mail address of a person, with
  COUNTERFOIL_USER_PASSWORD  the password

The tools have the permissions of the caller. Those that change something are offered if the client setting mcpWrites allows it.`

/** `mcp`: the Model Context Protocol on standard input and output, for assistants on the same machine. */
export function addMcpCommand(program: Command): void {
  program
    .command('mcp')
    .description('connect an assistant to a server: Model Context Protocol on standard input and output')
    .addHelpText('after', help)
    .action(async (_options: unknown, command: Command) => {
      const { bridgeStandardStreams, readMcpSettings } = await import('./mcp-bridge.ts')
      const settings = readMcpSettings(process.env)
      if (typeof settings === 'string') command.error(`counterfoil mcp: ${settings}`)
      else await bridgeStandardStreams(settings)
    })
}
