"""A JupyterLab server of its own on a free loopback port, with its settings in a temporary folder."""
import json
import os
import signal
import subprocess
import sys
import time

import psutil

SETTINGS = {
    # No news from the project's site, and every cell in the page, so that a test can see it.
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}


class Server:
    def __init__(self, work):
        self.work, self.port, self.left, self.log = work, 0, [], ""

    def __enter__(self):
        env = dict(os.environ)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"):
            folder = self.work / name.lower()
            folder.mkdir()
            env[name] = str(folder)
        for name, values in SETTINGS.items():
            path = self.work / "jupyterlab_settings_dir" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        self.file = open(self.work / "server.log", "w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0", "--ip=127.0.0.1", "--allow-root", "--expose-app-in-browser",
             f"--NotebookNotary.data_dir={self.work}",
             "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={self.work / 'notebooks'}"],
            cwd=self.work, env=env, stdout=self.file, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self.port = self._port(self.work / "jupyter_runtime_dir" / f"jpserver-{self.process.pid}.json")
        except BaseException:
            self.__exit__()
            raise
        return self

    def _port(self, info):
        end = time.time() + 60
        while time.time() < end:
            if self.process.poll() is not None:
                self.file.seek(0)
                raise RuntimeError(f"JupyterLab ended with {self.process.returncode}:\n{self.file.read()[-3000:]}")
            try:
                return json.loads(info.read_text())["port"]
            except (OSError, ValueError):
                time.sleep(0.1)
        raise RuntimeError("JupyterLab did not start within 60 s")

    def __exit__(self, *exc):
        """Ends the server as Control-C twice would, and notes which of its children outlive it by 10 s."""
        family = []
        if self.process.poll() is None:
            family = psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        _, alive = psutil.wait_procs(family, timeout=10)
        for p in alive:
            try:
                self.left.append(f"{p.pid} {' '.join(p.cmdline())[:120]}")
                p.kill()
            except psutil.NoSuchProcess:
                pass
        self.file.seek(0)
        self.log = self.file.read()
        self.file.close()
