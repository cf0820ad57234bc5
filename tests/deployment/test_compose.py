"""docker-compose.yml without Docker: its commands as plain processes, on real servers."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from app.config import Settings
from app.demo.client import Client
from app.demo.replay import answer_queue
from app.embedded import free_port, servers
from tests.digits import digits, zip_of
from tests.stack import quiet

ROOT = Path(__file__).parents[2]
OURS = ("migrate", "api", "worker-gpu", "worker-cpu", "scheduler")
VARIABLE = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}")


class Loader(yaml.SafeLoader):
    """YAML with compose's own tags."""


Loader.add_constructor("!reset", lambda *_: None)


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / name).read_text(), Loader)
    return loaded


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled(text: str, values: dict[str, str]) -> str:
    """`text` with its variables as compose fills them."""
    return VARIABLE.sub(lambda m: values.get(m[1]) or (m[3] if m[2] == ":-" else ""), text)


def test_every_service_of_the_design_is_there() -> None:
    services = compose("docker-compose.yml")["services"]
    assert set(services) == {"db", "broker", *OURS}
    assert {name for name, service in services.items() if "healthcheck" in service} == {"db", "broker", "api"}
    devices = services["worker-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert devices == [{"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}]


def test_the_override_takes_the_gpu_away_and_nothing_else() -> None:
    assert compose("docker-compose.cpu.yml") == {"services": {"worker-gpu": {"deploy": None}}}


def test_variables_and_settings_exist() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    used = {match[1] for match in VARIABLE.finditer(text)}
    assert used == set(example())
    environment = compose("docker-compose.yml")["x-environment"]
    known = {f"NEXTBATCH_{name.upper()}" for name in Settings.model_fields}
    assert set(environment) <= known
    named = set(re.findall(r"NEXTBATCH_[A-Z_]+", (ROOT / "Dockerfile").read_text()))
    assert named <= known


def test_no_web_server_writes_down_whole_paths_which_may_hold_secrets() -> None:
    for name in ("docker-compose.yml", "Dockerfile"):
        servers = [line for line in (ROOT / name).read_text().splitlines() if '"uvicorn"' in line]
        assert servers
        assert all('"--no-access-log"' in line for line in servers)


def test_paths_and_targets_of_the_dockerfile_exist() -> None:
    text = (ROOT / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        assert all((ROOT / path).exists() for path in line.split()[:-1])
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", text, re.MULTILINE))
    built = compose("docker-compose.yml")["services"]
    assert {built[name]["build"]["target"] for name in OURS} == {"api", "worker"} <= stages


def test_volumes_are_mounted_where_the_settings_say() -> None:
    file = compose("docker-compose.yml")
    for name in OURS:
        service = file["services"][name]
        targets = [volume.split(":")[-2 if volume.endswith(":ro") else -1] for volume in service["volumes"]]
        assert service["environment"]["NEXTBATCH_DATA_DIR"] in targets
        assert set(yaml.safe_load(service["environment"]["NEXTBATCH_IMPORT_ROOTS"])) <= set(targets)
    named = {volume.split(":")[0] for s in file["services"].values() for volume in s.get("volumes", [])}
    assert set(file["volumes"]) <= named


def test_the_api_runs_without_what_its_image_leaves_out() -> None:
    sys.path.insert(0, str(ROOT / "deploy"))
    try:
        from without_torch import ONLY_WORKERS  # type: ignore[import-not-found]  # noqa: PLC0415
    finally:
        sys.path.pop(0)
    modules = {"scikit-learn": "sklearn"}
    names = [modules.get(name, name.replace("-", "_")) for name in ONLY_WORKERS]
    code = (
        "import sys; import app.main, app.cli, app.db.migrate; app.main.create_app(); "
        f"found = [n for n in {names} if n in sys.modules]; assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@contextmanager
def processes(commands: dict[str, list[str]], environment: dict[str, str]) -> Iterator[None]:
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands.values()
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def test_the_loop_runs_through_the_commands_of_the_file(tmp_path: Path) -> None:
    file = compose("docker-compose.yml")
    port = str(free_port())
    with (
        tempfile.TemporaryDirectory(prefix="nb") as name,
        servers(Path(name), None, None) as (database_url, redis_url),
    ):
        # What a container gets by its network and volumes, a process gets by its environment.
        here = {
            "NEXTBATCH_DATABASE_URL": database_url,
            "NEXTBATCH_REDIS_URL": redis_url,
            "NEXTBATCH_DATA_DIR": name,
        }
        settings = {
            key: filled(str(value), example())
            for key, value in file["services"]["api"]["environment"].items()
        } | here
        assert set(here) <= set(file["services"]["api"]["environment"])
        commands = {
            name: [part.replace("8321", port) for part in file["services"][name]["command"]] for name in OURS
        }
        bin_folder = Path(sys.executable).parent
        environment = os.environ | settings | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
        subprocess.run(commands.pop("migrate"), env=environment, check=True)
        create = ["nextbatch", "create-user", "team@example.org", "--admin"]
        subprocess.run(
            create,
            env=environment | {"NEXTBATCH_PASSWORD": "team password"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with processes(commands, environment):
            url = f"http://127.0.0.1:{port}"
            while not ready(url):
                time.sleep(0.1)
            with httpx.Client(base_url=f"{url}/api/v1", headers={"Origin": url}) as http:
                login = {"email": "team@example.org", "password": "team password"}
                assert http.post("/auth/login", json=login).is_success
                token = http.post("/tokens", json={"name": "compose"}).json()["token"]
            client = Client(url, token)
            body = {
                "name": "compose",
                "classes": [{"name": str(digit)} for digit in range(10)],
                "settings": {"image_size": 16, "task_epochs": 1, "auto_next_cycle": False},
            }
            project = client.call("POST", "/projects", json=body)["id"]
            client.wait_for_job(
                client.upload(project, zip_of(tmp_path / "a.zip", digits()[:12]), "ignore"), quiet
            )
            run = client.call(
                "POST", f"/projects/{project}/pretext-runs", json={"pool_batches": 2, "epochs": 1}
            )
            client.wait_for_job(run["job"]["id"], quiet)
            client.call("POST", f"/projects/{project}/cycles", json={"budget": 3})
            cycle = client.open_cycle(project, quiet)
            truth = {
                image["sha256"]: "1" for image in client.call("GET", f"/projects/{project}/images")["items"]
            }
            assert answer_queue(client, project, truth, quiet) == 3
            training = client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
            client.wait_for_job(training, quiet)
            assert client.call("GET", f"/cycles/{cycle['id']}")["state"] == "done"
            client.close()


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.HTTPError:
        return False
