import { Center, Loader } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";

import { Login } from "../account/Login";
import { useMe } from "../account/useMe";
import { NewProject } from "../projects/NewProject";
import { ProjectList } from "../projects/ProjectList";
import { Layout } from "./Layout";

const Overview = lazy(() => import("../projects/Overview"));
const Bench = lazy(() => import("../bench/Bench"));
const Backtests = lazy(() => import("../backtests/Backtests"));
const Review = lazy(() => import("../review/Review"));
const LabelChecks = lazy(() => import("../reviews/LabelChecks"));

const waiting = (
  <Center h="60vh">
    <Loader aria-label="Loading" />
  </Center>
);

export function App() {
  const me = useMe();
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
          <Route path="/projects/:id/label-check" element={<LabelChecks />} />
          <Route path="/projects/:id/review" element={<Review />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Suspense>
    </Layout>
  );
}
