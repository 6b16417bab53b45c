import { Avatar, Menu, SegmentedControl, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { LogOut, UserRound } from 'lucide-react'
import { useLocation } from 'wouter'
import { call } from '../api/call.ts'
import { changeSession } from '../api/queries.ts'
import { useSession } from '../api/session.tsx'
import { roleNames } from '../parts/words.ts'

/** The signed-in person, the appearance of the console, and signing out. */
export function UserMenu() {
  const { user, organisation } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const signOut = async (): Promise<void> => {
    // Even without an answer the person is signed out of this browser: the session ends by its idle timeout.
    await call('/admin/v1/session', { method: 'DELETE' }).catch(() => {})
    changeSession(queries, null)
    navigate('/')
  }
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton className="who" aria-label={`${user.name}: account and sign out`}>
          <Avatar size={30} radius="xl" color="ink" variant="light" aria-hidden>
            <UserRound size={16} />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="who-card">
          <Text fw={600} size="sm">
            {user.name}
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
          <Text size="xs" c="dimmed">
            {roleNames[user.role]} · {organisation.name}
          </Text>
        </div>
        <Menu.Divider />
        <div className="who-card">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Appearance"
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
            data={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'auto', label: 'Auto' },
            ]}
          />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<UserRound size={15} />} onClick={() => navigate('/account')}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={15} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
