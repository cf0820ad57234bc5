INSERT INTO users (id, email, name, password_hash, is_admin, active) VALUES (:id, 'a@b', 'A', 'x', false, true);
INSERT INTO classes (id, project_id, name, color, guideline, position) VALUES (:id, :id, 'cat', '#000000', '', 0);
INSERT INTO images (id, project_id, sha256, filename, width, height, format, bytes, split)
VALUES (:id, :id, 'x', 'x.png', 1, 1, 'PNG', 1, 'POOL');
INSERT INTO queue_items (id, cycle_id, image_id, position, state) VALUES (:id, :id, :id, 0, 'ANSWERED');
INSERT INTO assignments (id, queue_item_id, user_id, state, expires_at) VALUES (:id, :id, :id, 'ANSWERED', now());
INSERT INTO annotations (id, project_id, image_id, assignment_id, user_id, class_id, revision, elapsed_ms)
VALUES (:id, :id, :id, :id, :id, :id, 1, 900)
