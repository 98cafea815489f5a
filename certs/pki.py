"""What the authority can be asked for: each call holds the folder and makes one whole change.

Pki(folder).init()                     ca.crt private/ca.key crl.pem ledger.csv passwords
    .issue_server(hosts, addresses)    server/{server.crt,server.key}
    .issue_client(HUB, "1")            hub-1/{ca.crt,client.crt,client.key,login.txt}
    .renew([...])                      the same files anew, the pair before them in previous/
    .revoke("hub-1")                   crl.pem, and the user is gone
    .configure_broker(...)             mosquitto/..., kept up to date by every later change
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from cryptography import x509

from . import broker, mosquitto, names, passwords, policy, status
from .authority import Authority, Pair, read_certificate
from .errors import FolderError, RequestError
from .ledger import Entry, Ledger
from .reload import Reload, reload_broker
from .store import PUBLIC, File, Store


@dataclass(frozen=True)
class Issued:
    """A certificate that was just made, and where it lies."""

    entry: Entry
    folder: Path
    host_names: tuple[str, ...]
    new_password: bool


@dataclass(frozen=True)
class _State:
    """What the folder says before a change."""

    ca_pem: bytes
    ledger: Ledger
    passwords: dict[str, str]


@dataclass(frozen=True)
class _Wanted:
    """A certificate to be made."""

    role: policy.Role
    name: str
    alternative_names: Sequence[x509.GeneralName] = ()


class Pki:
    """One authority and its folder. Every method may raise CertsError."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """The folder need not exist before `init`; another clock issues as of another day."""
        self.broker_told: Reload | None = None
        """What became of a running broker in the last change; None while there is no mosquitto/."""
        self._store = Store(folder, self._tell_broker)
        self._clock = clock

    @property
    def folder(self) -> Path:
        """The absolute path of the authority's folder."""
        return self._store.folder

    def init(self) -> datetime:
        """Make the authority, with an empty revocation list; give its last day."""
        with self._store.locked(create=True):
            originals = ("ca.crt", "private/ca.key", "crl.pem", "ledger.csv", "passwords")
            found = [path for path in originals if self._store.read(path) is not None]
            if found:
                raise RequestError(
                    f"{self.folder} holds an authority already ({', '.join(found)}), and every "
                    "device trusts that one: go on with `status`, or make another one in a "
                    "folder of its own with --dir"
                )
            authority = Authority.create(self._clock())
            self._store.commit(
                {
                    "ca.crt": File(authority.pair.certificate_pem, PUBLIC),
                    "private/ca.key": File(authority.pair.key_pem),
                    "crl.pem": File(authority.revocation_list((), 1), PUBLIC),
                    "ledger.csv": File(Ledger().render(), PUBLIC),
                    "passwords": File(b""),
                }
            )
            return authority.end

    def issue_server(self, hosts: Sequence[str] = (), addresses: Sequence[str] = ()) -> Issued:
        """Make the broker's certificate for these names (those of `names` when none is given)."""
        if not hosts and not addresses:
            hosts, addresses = names.DEFAULT_HOSTS, names.DEFAULT_ADDRESSES
        server = policy.SERVER
        wanted = _Wanted(server, server.name, names.alternative_names(hosts, addresses))
        return self._issue_first(wanted)

    def issue_client(self, role: policy.Role, identifier: str = "") -> Issued:
        """Make certificate, user and password for a hub, or for a dashboard, named or not."""
        return self._issue_first(_Wanted(role, names.user_name(role, identifier)))

    def renew(self, who: Sequence[str], hosts: Sequence[str] = (), addresses: Sequence[str] = ()) -> list[Issued]:
        """Make new keys and certificates; the old ones count to their date, and lie in previous/.

        Host names and addresses are for the server alone, and replace all that it had.
        """
        if (hosts or addresses) and tuple(who) != (policy.SERVER.name,):
            raise RequestError("only the server has names and addresses: `renew server --name ... --ip ...`")
        given = names.alternative_names(hosts, addresses)
        with self._store.locked():
            state = self._read()
            wanted = []
            for name in dict.fromkeys(who):
                role = policy.ROLES[state.ledger.renewable(name).role]
                kept = self._server_names() if role is policy.SERVER and not given else given
                wanted.append(_Wanted(role, name, kept))
            return self._issue(state, wanted) if wanted else []

    def due(self, days: float) -> list[str]:
        """Name those whose certificate counts for at most so many days more, if at all."""
        now = self._clock()
        with self._store.locked():
            current = self._read().ledger.current().values()
        return [
            entry.name
            for entry in current
            if entry.revoked is None and (entry.expires - now).total_seconds() <= days * 86400
        ]

    def revoke(self, who: str) -> list[Entry]:
        """Revoke a client (all that was issued to it), or one earlier certificate by its serial.

        A client loses its user too, which cuts it off if it is connected. Gives what was not
        revoked before.
        """
        with self._store.locked():
            state = self._read()
            doomed = {e.serial for e in state.ledger.revocable(who) if e.revoked is None}
            ledger = state.ledger.with_revoked(doomed, self._clock().replace(microsecond=0))
            self._commit(state, ledger, state.passwords, {})
            return [entry for entry in ledger.entries if entry.serial in doomed]

    def configure_broker(
        self,
        port: int = mosquitto.DEFAULT_PORT,
        bind: str | None = None,
        user: str = "",
        at: PurePath | None = None,
    ) -> Path:
        """Write mosquitto/ for a broker that runs as `user`; give the configuration's path.

        `at` is where the folder will lie on another machine, which then has to own it.
        """
        with self._store.locked():
            state = self._read()
            if "server" not in state.ledger.current():
                raise RequestError("the broker has no certificate yet: `server --name ... --ip ...` makes it")
            folder, owner = self.folder / broker.FOLDER, None
            if at is None:
                account = broker.account_for(folder, user)
                broker.check_reach(folder, account)
                user, owner = account.name, (account.uid, account.gid)
            files = broker.configuration_files(self._store, at or folder, user or broker.SERVICE_ACCOUNT, port, bind)
            self._commit(state, state.ledger, state.passwords, files, owner)
            return folder / "mosquitto.conf"

    def status(self) -> list[status.Row]:
        """Judge the authority, its revocation list, and every certificate that still matters."""
        with self._store.locked():
            state = self._read()
            ends = {"authority": read_certificate(state.ca_pem, "ca.crt").not_valid_after_utc}
            if (crl := self._revocation_list()) is not None and crl.next_update_utc is not None:
                ends["revocation list"] = crl.next_update_utc
            return status.rows(ends, state.ledger, self._clock())

    # From here on: steps of the calls above, with the folder held.

    def _read(self) -> _State:
        contents = {path: self._store.read(path) for path in ("ca.crt", "ledger.csv", "passwords")}
        missing = [path for path, content in contents.items() if content is None]
        if len(missing) == len(contents):
            raise FolderError(
                f"{self.folder} holds no authority: make one with `init`, or name the folder of yours with --dir"
            )
        if missing:
            raise FolderError(f"{', '.join(missing)} is missing in {self.folder}: restore it from your backup")
        ca_pem, ledger, hashed = (content or b"" for content in contents.values())
        return _State(ca_pem, Ledger.parse(ledger), passwords.parse(hashed.decode(errors="replace")))

    def _authority(self, state: _State) -> Authority:
        key_pem = self._store.read("private/ca.key")
        if key_pem is None:
            raise FolderError(
                f"{self.folder}/private/ca.key is missing, and nothing can be signed without it: "
                "put it back for this command"
            )
        return Authority.load(state.ca_pem, key_pem)

    def _revocation_list(self) -> x509.CertificateRevocationList | None:
        pem = self._store.read("crl.pem")
        try:
            return None if pem is None else x509.load_pem_x509_crl(pem)
        except ValueError:
            return None

    def _server_names(self) -> list[x509.GeneralName]:
        pem = self._store.read("server/server.crt")
        if pem is None:
            raise RequestError(
                "server/server.crt is gone, and with it the names of the server; "
                "say them: `renew server --name ... --ip ...`"
            )
        extensions = read_certificate(pem, "server/server.crt").extensions
        return list(extensions.get_extension_for_class(x509.SubjectAlternativeName).value)

    def _issue_first(self, wanted: _Wanted) -> Issued:
        with self._store.locked():
            state = self._read()
            for entry in state.ledger.current().values():
                # Without regard to case, as some file systems do: hub-a and hub-A are one folder.
                if entry.revoked is None and entry.name.casefold() == wanted.name.casefold():
                    raise RequestError(
                        f"{entry.name} has a certificate, until {entry.expires:%Y-%m-%d}: for a "
                        f"new one, `renew {entry.name}`" + _if_lost(entry)
                    )
            return self._issue(state, [wanted])[0]

    def _issue(self, state: _State, wanted: Iterable[_Wanted]) -> list[Issued]:
        authority, now = self._authority(state), self._clock()
        ledger, hashed = state.ledger, dict(state.passwords)
        files: dict[str, File] = {}
        issued = []
        for each in wanted:
            pair = authority.issue(each.role, each.name, now, each.alternative_names)
            files |= self._pair_files(each, pair)
            login = None
            if each.role is not policy.SERVER:
                files[f"{each.name}/ca.crt"] = File(state.ca_pem, PUBLIC)
                login = self._new_login(ledger, each.name)
            if login is not None:
                files[f"{each.name}/login.txt"] = File(login.text.encode())
                hashed[each.name] = login.hashed
            entry = _entry(each, pair, now)
            ledger = ledger.with_issued(entry)
            host_names = tuple(names.readable(each.alternative_names))
            issued.append(Issued(entry, self.folder / each.name, host_names, login is not None))
        self._commit(state, ledger, hashed, files)
        return issued

    def _pair_files(self, wanted: _Wanted, pair: Pair) -> dict[str, File]:
        certificate, key = wanted.role.files
        contents = {certificate: File(pair.certificate_pem, PUBLIC), key: File(pair.key_pem)}
        files = {f"{wanted.name}/{name}": file for name, file in contents.items()}
        for name, file in contents.items():
            before = self._store.read(f"{wanted.name}/{name}")
            if before is not None:
                files[f"{wanted.name}/previous/{name}"] = File(before, file.mode)
        return files

    def _new_login(self, ledger: Ledger, name: str) -> passwords.Login | None:
        """Make one unless the client has one that we can still read; a renewal keeps it."""
        kept = name in ledger.clients() and self._store.read(f"{name}/login.txt") is not None
        return None if kept else passwords.Login.create(name)

    def _commit(
        self,
        state: _State,
        ledger: Ledger,
        hashed: dict[str, str],
        files: dict[str, File],
        broker_owner: tuple[int, int] | None = None,
    ) -> None:
        clients = ledger.clients()
        files |= {
            "ledger.csv": File(ledger.render(), PUBLIC),
            "passwords": File(passwords.render(hashed, clients).encode()),
        }
        crl = self._revocation_list()
        if crl is None or ledger.revocations() != state.ledger.revocations():
            signed = self._authority(state).revocation_list(ledger.revocations(), _number(crl) + 1)
            files["crl.pem"] = File(signed, PUBLIC)
        if f"{broker.FOLDER}/mosquitto.conf" in files or (self.folder / broker.FOLDER).is_dir():
            files |= broker.shared_files(self._store, files, clients.values())
        self._store.commit(files, {broker.FOLDER: broker_owner} if broker_owner else {})

    def _tell_broker(self) -> None:
        folder = self.folder / broker.FOLDER
        if folder.is_dir():
            self.broker_told = reload_broker(folder)


def _entry(wanted: _Wanted, pair: Pair, now: datetime) -> Entry:
    certificate = pair.certificate
    issued, expires = now.replace(microsecond=0), certificate.not_valid_after_utc
    return Entry(certificate.serial_number, wanted.name, wanted.role.name, issued, expires)


def _number(crl: x509.CertificateRevocationList | None) -> int:
    if crl is None:
        return 0
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _if_lost(entry: Entry) -> str:
    if entry.role == policy.SERVER.name:
        return ""
    return f"; if its key is lost or stolen, `revoke {entry.name}` first"
