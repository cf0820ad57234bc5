import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  ActionIcon,
  AppShell,
  Button,
  Group,
  Menu,
  Title,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";

import { useChangePreferences } from "../account/usePreferences";
import { api, type Me } from "../api/client";

export function Layout({ me, children }: { me: Me; children: ReactNode }) {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const client = useQueryClient();
  const change = useChangePreferences();
  const { theme } = me.preferences;
  useEffect(() => {
    setColorScheme(theme);
  }, [setColorScheme, theme]);
  const other = scheme === "dark" ? "light" : "dark";

  async function signOut() {
    await api.POST("/api/v1/auth/logout");
    client.clear();
    await client.resetQueries();
  }

  return (
    <AppShell header={{ height: 52 }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap" renderRoot={(props) => <Link to="/" {...props} />} td="none" c="inherit">
            <img src="/icon.svg" alt="" width={26} height={26} />
            <Title order={4}>Nextbatch</Title>
          </Group>
          <Group gap="xs" wrap="nowrap" miw={0}>
            <ActionIcon
              style={{ flex: "none" }}
              variant="default"
              size="lg"
              aria-label={other === "dark" ? t`Use the dark theme` : t`Use the light theme`}
              onClick={() => {
                change({ theme: other });
              }}
            >
              {scheme === "dark" ? <IconSun size={18} /> : <IconMoon size={18} />}
            </ActionIcon>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button
                  variant="default"
                  leftSection={<IconUser size={16} />}
                  maw={180}
                  style={{ flexShrink: 1 }}
                >
                  <span style={{ overflow: "hidden", textOverflow: "ellipsis" }}>{me.user.name}</span>
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{me.user.email}</Menu.Label>
                <Menu.Item component={Link} to="/account">
                  <Trans>Account and API tokens</Trans>
                </Menu.Item>
                {me.user.is_admin && (
                  <Menu.Item component={Link} to="/admin/users">
                    <Trans>Users</Trans>
                  </Menu.Item>
                )}
                <Menu.Item component="a" href="/api/docs">
                  <Trans>API documents</Trans>
                </Menu.Item>
                <Menu.Item onClick={() => void signOut()}><Trans>Sign out</Trans></Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main>{children}</AppShell.Main>
    </AppShell>
  );
}
