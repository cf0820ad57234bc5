INSERT INTO projects (id, name, task, settings)
VALUES (:id, 'p', 'CLASSIFICATION', jsonb_build_object('budget', 7, 'strategy', CAST(:strategy AS text)));
INSERT INTO jobs
    (id, project_id, kind, status, params, result, progress, message, fence, attempts, cancel_requested)
VALUES (:id, :id, 'PRETEXT', 'SUCCEEDED', '{}', '{}', 1, '', 1, 1, false);
INSERT INTO pretext_runs (id, project_id, job_id, task, pool_batches, seed, history, lower_bounds)
VALUES (:id, :id, :id, 'ROTATION', 2, 0, '{}', '{}');
INSERT INTO cycles (id, project_id, pretext_run_id, number, budget, strategy, state, note, queued)
VALUES (:id, :id, :id, 1, 7, CAST(upper(:strategy) AS querystrategyname), 'DONE', '', 7)
