"""Tokens of another issuer: three algorithms, and every way of not being good."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import time

import pytest
from mcpd import Api
from test_mcps import assert_problem

SECRET = "a secret of an issuer that is long enough"
AUDIENCE = "mcp"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words, given=None):
    return subprocess.run(
        ["openssl", *words], input=given, check=True, capture_output=True
    ).stdout


class Rsa:
    algorithm = "RS256"

    def __init__(self, folder, name, bits=2048):
        self.id = name
        self.path = os.path.join(folder, name)
        openssl("genrsa", "-out", self.path, str(bits))

    def jwk(self):
        text = openssl("rsa", "-in", self.path, "-noout", "-modulus").decode()
        modulus = bytes.fromhex(text.strip().split("=")[1])
        return {"kty": "RSA", "kid": self.id, "n": base64url(modulus), "e": "AQAB"}

    def sign(self, text):
        return openssl("dgst", "-sha256", "-sign", self.path, given=text)


class P256:
    algorithm = "ES256"

    def __init__(self, folder, name):
        self.id = name
        self.path = os.path.join(folder, name)
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path)

    def jwk(self):
        point = openssl("ec", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
        x, y = base64url(point[:32]), base64url(point[32:])
        return {"kty": "EC", "crv": "P-256", "kid": self.id, "x": x, "y": y, "use": "sig"}

    def sign(self, text):
        """The two numbers of the DER, side by side."""
        der = openssl("dgst", "-sha256", "-sign", self.path, given=text)
        numbers, at = [], 2
        for _ in range(2):
            length = der[at + 1]
            numbers.append(int.from_bytes(der[at + 2 : at + 2 + length], "big"))
            at += 2 + length
        return b"".join(number.to_bytes(32, "big") for number in numbers)


class Hmac:
    algorithm = "HS256"
    id = None

    def __init__(self, secret=SECRET):
        self.secret = secret.encode() if isinstance(secret, str) else secret

    def sign(self, text):
        return hmac.new(self.secret, text, hashlib.sha256).digest()


def claims(**changes):
    now = int(time.time())
    made = {"sub": "somebody", "aud": AUDIENCE, "role": "viewer", "exp": now + 600, "nbf": now - 5}
    made.update(changes)
    return {name: value for name, value in made.items() if value is not None}


def token(key, payload=None, **header):
    head = {"alg": key.algorithm, "typ": "JWT"}
    if key.id is not None:
        head["kid"] = key.id
    head.update(header)
    head = {name: value for name, value in head.items() if value is not None}
    parts = [head, claims() if payload is None else payload]
    text = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    return f"{text}.{base64url(key.sign(text.encode()))}"


def ask(daemon, credential, method="GET", path="/context", body=None):
    user = Api(daemon.url)
    user.session.headers["Authorization"] = f"Bearer {credential}"
    return user.request(method, path, body)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def make_issuer(make_mcpd):
    """A daemon that believes an issuer; keys go into its JWKS file."""

    def make(algorithm, keys=(), **settings):
        daemon = make_mcpd(MCP_JWT_ALGORITHM=algorithm, MCP_JWT_AUDIENCE=AUDIENCE, **settings)
        if keys:
            path = os.path.join(daemon.folder, "jwks.json")
            with open(path, "w") as file:
                json.dump({"keys": [key.jwk() for key in keys]}, file)
            daemon.settings["MCP_JWT_JWKS_FILE"] = path
        return daemon

    return make


@pytest.fixture(scope="module")
def shared(make_issuer):
    return make_issuer("HS256", MCP_JWT_SECRET=SECRET).start()


@pytest.fixture(scope="module")
def rsa(folder):
    return Rsa(folder, "rsa-1")


@pytest.fixture(scope="module")
def rsa_daemon(make_issuer, folder, rsa):
    return make_issuer("RS256", [Rsa(folder, "rsa-0"), rsa, P256(folder, "ec-x")]).start()


@pytest.fixture(scope="module")
def ec(folder):
    return P256(folder, "ec-1")


@pytest.fixture(scope="module")
def ec_daemon(make_issuer, ec):
    return make_issuer("ES256", [ec]).start()


def test_a_token_of_each_algorithm_is_let_in(shared, rsa_daemon, rsa, ec_daemon, ec):
    assert ask(shared, token(Hmac())).status_code == 200
    assert ask(rsa_daemon, token(rsa)).status_code == 200
    for _ in range(20):  # numbers with leading zeros among them
        assert ask(ec_daemon, token(ec)).status_code == 200


def test_the_level_of_a_token_holds(shared):
    for level, code in (("viewer", 403), ("operator", 403), ("developer", 422), ("admin", 422)):
        assert ask(shared, token(Hmac(), claims(role=level)), "POST", "/context", {}).status_code == code


def test_a_token_names_a_role(shared, server, database):
    server.maintenance.query("DROP ROLE IF EXISTS mcp_jwt_operator")
    server.maintenance.query("CREATE ROLE mcp_jwt_operator")
    server.maintenance.query("GRANT mcp_jwt_operator TO mcpd")
    database.query("SELECT mcp.grant_role('mcp_jwt_operator', 'operator')")
    try:
        good = token(Hmac(), claims(role="mcp_jwt_operator"))
        assert ask(shared, good).status_code == 200
        assert_problem(ask(shared, good, "POST", "/context", {}), 403)
    finally:
        database.query("DROP OWNED BY mcp_jwt_operator; DROP ROLE mcp_jwt_operator")


@pytest.mark.parametrize("role", ["worker", "postgres", "nobody at all", "none", ""])
def test_a_role_without_a_level_is_not_allowed(shared, role):
    assert_problem(ask(shared, token(Hmac(), claims(role=role))), 403)


BAD_CLAIMS = {
    "expired": {"exp": time.time() - 60},
    "without an end": {"exp": None},
    "an end in words": {"exp": "tomorrow"},
    "not good yet": {"nbf": time.time() + 3600},
    "a beginning in words": {"nbf": "now"},
    "for somebody else": {"aud": "another"},
    "for somebodies else": {"aud": ["another", "third"]},
    "for nobody": {"aud": None},
    "without a role": {"role": None},
    "with a role that is a number": {"role": 7},
}


@pytest.mark.parametrize("what", BAD_CLAIMS)
def test_claims_that_are_not_good_are_refused(shared, what):
    assert_problem(ask(shared, token(Hmac(), claims(**BAD_CLAIMS[what]))), 401)


def test_one_of_several_audiences_is_enough(shared):
    assert ask(shared, token(Hmac(), claims(aud=["another", AUDIENCE]))).status_code == 200


def test_another_issuer_is_refused(make_issuer):
    daemon = make_issuer("HS256", MCP_JWT_SECRET=SECRET, MCP_JWT_ISSUER="us").start()
    assert ask(daemon, token(Hmac(), claims(iss="us"))).status_code == 200
    assert_problem(ask(daemon, token(Hmac(), claims(iss="them"))), 401)
    assert_problem(ask(daemon, token(Hmac())), 401)


def test_no_algorithm_and_another_are_refused(shared, rsa_daemon, rsa, ec_daemon, ec):
    for name in ("none", "None", "NONE", "HS384", "hs256", "", None):
        assert_problem(ask(shared, token(Hmac(), alg=name)), 401)
    unsigned = token(Hmac(), alg="none").rsplit(".", 1)[0] + "."
    assert_problem(ask(shared, unsigned), 401)
    assert_problem(ask(rsa_daemon, unsigned), 401)
    # The oldest trick: the public key as the secret of an HMAC.
    public = openssl("rsa", "-in", rsa.path, "-pubout")
    for kid in ("rsa-1", None):
        assert_problem(ask(rsa_daemon, token(Hmac(public), kid=kid)), 401)
    assert_problem(ask(rsa_daemon, token(ec)), 401)
    assert_problem(ask(ec_daemon, token(rsa)), 401)


def test_another_s_key_is_refused(shared, rsa_daemon, folder, ec_daemon):
    assert_problem(ask(shared, token(Hmac("another secret that is long enough too"))), 401)
    stranger = Rsa(folder, "rsa-stranger")
    for kid in ("rsa-stranger", "rsa-1", "rsa-0", None):
        assert_problem(ask(rsa_daemon, token(stranger, kid=kid)), 401)
    stranger = P256(folder, "ec-stranger")
    for kid in ("ec-stranger", "ec-1", None):
        assert_problem(ask(ec_daemon, token(stranger, kid=kid)), 401)


def test_a_changed_token_is_refused(shared, rsa_daemon, rsa, ec_daemon, ec):
    for daemon, key in ((shared, Hmac()), (rsa_daemon, rsa), (ec_daemon, ec)):
        header, payload, signature = token(key).split(".")
        forged = base64url(json.dumps(claims(role="admin")).encode())
        for bad in (
            f"{header}.{forged}.{signature}",
            f"{header}.{payload}.{signature[:-4]}",
            f"{header}.{payload}.",
            f"{header}.{payload}",
            f"{header}.{payload}.{signature}.{signature}",
            f"{header}.{payload}.{'A' * len(signature)}",
            f".{payload}.{signature}",
            "..",
        ):
            assert_problem(ask(daemon, bad), 401)


def test_extensions_that_we_do_not_know_are_refused(shared):
    assert_problem(ask(shared, token(Hmac(), crit=["exp"])), 401)


def test_our_own_token_is_good_beside_them(shared):
    issued = Api(shared.url, shared.key).post("/auth/issue-dev-token").json()["access_token"]
    assert ask(shared, issued).status_code == 200


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"MCP_JWT_ALGORITHM": "none"}, "MCP_JWT_ALGORITHM"),
        ({"MCP_JWT_ALGORITHM": "HS256", "MCP_JWT_SECRET": "short"}, "MCP_JWT_SECRET"),
        ({"MCP_JWT_ALGORITHM": "RS256"}, "MCP_JWT_JWKS_FILE"),
        ({"MCP_JWT_ALGORITHM": "RS256", "MCP_JWT_JWKS_FILE": "/no/such/file"}, "/no/such/file"),
        ({"MCP_JWT_ALGORITHM": "HS256", "MCP_JWT_SECRET": SECRET, "MCP_JWT_AUDIENCE": ""}, "MCP_JWT_AUDIENCE"),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(make_mcpd, settings, named):
    daemon = make_mcpd(**{"MCP_JWT_AUDIENCE": AUDIENCE, **settings})
    daemon.spawn()
    assert daemon.process.wait(timeout=30) == 2
    daemon.process = None
    assert named in daemon.log()


def test_a_small_rsa_key_is_no_key(make_issuer, folder):
    daemon = make_issuer("RS256", [Rsa(folder, "small", bits=1024)])
    daemon.spawn()
    assert daemon.process.wait(timeout=30) == 2
    daemon.process = None
    assert "no usable RSA key" in daemon.log()
