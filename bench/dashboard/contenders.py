"""The dashboards that are compared, and how each is made."""

from typing import Final, NamedTuple

from demo.api import Api


class Contender(NamedTuple):
    """A dashboard, and the selector of what must be in sight before it says anything."""

    key: str
    title: str
    path: str
    sign: str


CONTENDERS: Final = (
    Contender("a", "SIGACS", "/bench-sigacs", "sigacs-today-card >> h2"),
    Contender("b", "core, all entities", "/bench-core", "hui-entities-card >> text=Planter"),
    Contender("c", "core, home", "/home", "hui-area-card"),
)
_STRATEGIES: Final = {"bench-sigacs": "custom:sigacs", "bench-core": "original-states"}


async def lay_out(api: Api) -> None:
    """Make the dashboards as the dialog for a new one does, and give each greenhouse an area, which (c) lives from."""
    for url_path, strategy in _STRATEGIES.items():
        await api.command("lovelace/dashboards/create", url_path=url_path, title=url_path, mode="storage")
        await api.command("lovelace/config/save", url_path=url_path, config={"strategy": {"type": strategy}})
    areas = {}
    for device in await api.command("config/device_registry/list"):
        for _, identifier in device["identifiers"]:
            _, found, path = identifier.partition("/serre/")
            if found:
                name = f"Area {path.partition('/')[0]}"
                if name not in areas:
                    areas[name] = (await api.command("config/area_registry/create", name=name))["area_id"]
                await api.command("config/device_registry/update", device_id=device["id"], area_id=areas[name])
