"""Installs an archive of the repository with Home Assistant's own Marketplace code, but for the download from GitHub.

Run by the Python of `.tools/hass`: marketplace.py ARCHIVE.zip CONFIG_FOLDER. Prints what it found, as JSON.
"""

import json
from pathlib import Path
import sys
from types import SimpleNamespace
from typing import Any

from homeassistant.components.marketplace.repositories.base import RepositoryArchive, RepositoryManifest
from homeassistant.components.marketplace.repositories.integration import (
    IntegrationRepository,
    _check_loadable_manifest,
)


def install(content: bytes, config: Path) -> dict[str, Any]:
    """Go the way of an installation; MarketplaceError, or KeyError for a missing file, when it refuses."""
    # Of its manager, only this is asked for on that way.
    manager: Any = SimpleNamespace(core=SimpleNamespace(config_path=str(config)))
    repository = IntegrationRepository(manager, "sigacs/sigacs")
    archive = RepositoryArchive(content)
    repository.repository_manifest = RepositoryManifest.from_dict(json.loads(archive.read("hacs.json")))
    repository.tree = archive.tree
    repository.treefiles = [entry.path for entry in archive.tree]
    repository.resolve_content()
    remote = str(repository.content.path.remote)
    repository._use_integration_manifest(json.loads(archive.read(f"{remote}/manifest.json")))
    if repository.validate.errors:
        raise repository.validate.errors[0]
    archive.extract_directory(remote, repository.localpath)
    _check_loadable_manifest(Path(repository.localpath), repository.data.domain)
    return {
        "domain": repository.data.domain,
        "name": repository.data.manifest_name,
        "config_flow": repository.data.config_flow,
        "authors": repository.data.authors,
        "minimum": repository.repository_manifest.homeassistant,
        "remote": remote,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(install(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]))))
