import { Center, Loader } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";

import { Login } from "../account/Login";
import { useMe } from "../account/useMe";
import { NewProject } from "../projects/NewProject";
import { ProjectList } from "../projects/ProjectList";
import { Layout } from "./Layout";

const Overview = lazy(() => import("../projects/Overview"));
const Bench = lazy(() => import("../bench/Bench"));
const Backtests = lazy(() => import("../backtests/Backtests"));

const waiting = (
  <Center h="60vh">
    <Loader aria-label="Loading" />
  </Center>
);

export function App() {
  const me = useMe();
  const user = me.data?.user.id;
  useEffect(() => {
    // Answers that an earlier page could not send, or somebody who was signed out, go out from any page.
    if (user) void import("../bench/outboxes").then(async ({ outboxOf }) => (await outboxOf(user)).kick());
  }, [user]);
  if (me.isPending) return waiting;
  if (!me.data) return <Login />;
  return (
    <Layout me={me.data}>
      <Suspense fallback={waiting}>
        <Routes>
          <Route path="/" element={<ProjectList />} />
          <Route path="/projects/new" element={<NewProject />} />
          <Route path="/projects/:id" element={<Overview />} />
          <Route path="/projects/:id/label" element={<Bench />} />
          <Route path="/projects/:id/backtests" element={<Backtests />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Suspense>
    </Layout>
  );
}
