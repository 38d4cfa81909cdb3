"""What .ci/sam-deploy and .ci/sam-local stand on: the tools, the built functions, MiniStack, and the local world.

Tools go into target/tools, as .ci/test puts them there. Whatever is started here ends with the script that imports this.
"""

import atexit
import base64
import contextlib
import datetime
import hashlib
import hmac
import ipaddress
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / "target/tools"
BUILT = ROOT / "target/lambda"
# Whom the functions trust besides: the stand-ins' own authority.
ROOTS = ROOT / "target/sam/roots.pem"
MINISTACK_LOG = ROOT / "target/sam/ministack.log"
REGION = "us-east-1"
PUBLIC_URL = "https://bot.example.com"
AUTH_TOKEN = "12345"
ACCOUNT_SID = "AC00000000000000000000000000000001"
# What opens every local world's Twilio, and the bot's own address there: tests/sandbox/src/world.rs.
API_KEY_SID, API_KEY_SECRET = "SK00000000000000000000000000000001", "local-api-key-secret"
SENDER = "whatsapp:+14155238886"
PEPPER, RING_KEY = bytes([7]) * 32, bytes([1]) * 32
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
# SAM looks for real credentials and a real instance's metadata, and waits ten seconds for each, unless told not to.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_") or name.startswith("AWS_LC_")},
    "PATH": os.pathsep.join([str(TOOLS / "venv/bin"), os.environ["PATH"]]),
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "SAM_CLI_TELEMETRY": "0",
}

open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class NotRun(Exception):
    """It could not be tried at all, and why."""


class Wrong(Exception):
    """It was tried, and went wrong."""


def say(text):
    print(text, flush=True)


def must(holds, *told):
    if not holds:
        raise Wrong(" ".join(str(each) for each in told))


def finish(script, body):
    """Runs a script's body, in the Python that has SAM and boto3.

    It ends with 1 if that went wrong, and with 3 if it could not run.
    """
    name = pathlib.Path(script).name
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chdir(ROOT)
    try:
        python = tools("venv", "tools") / "python"
        if pathlib.Path(sys.prefix).resolve() != (TOOLS / "venv").resolve():
            os.execv(python, [python, ROOT / ".ci" / name, *sys.argv[1:]])
        machine()
        body()
    except NotRun as why:
        say(f"{name}: NOT RUN, because {why}")
        sys.exit(3)
    except Wrong as what:
        say(f"{name}: FAILED: {what}")
        sys.exit(1)
    say(f"{name}: passed")


def tools(folder, wanted):
    """Installs what .ci/WANTED.txt names into target/tools/FOLDER, unless it is there."""
    home, wanted = TOOLS / folder, ROOT / f".ci/{wanted}.txt"
    installed = home / "wanted.txt"
    if installed.exists() and installed.read_text() == wanted.read_text():
        return home / "bin"
    say(f"installing into {home.relative_to(ROOT)}: {' '.join(wanted.read_text().split())}")
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = [home / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", wanted]
        subprocess.run(pip, check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise NotRun(f"{home} could not be made; it needs Python 3.10 or newer with venv, and pip: {error}") from None
    installed.write_text(wanted.read_text())
    return home / "bin"


def run(*command, **more):
    """Runs a command to its end; its standard output, if it went well."""
    options = {"env": ENVIRONMENT, "stdin": subprocess.DEVNULL, "text": True, "cwd": ROOT, **more}
    ran = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    must(ran.returncode == 0, *command, f"ends with {ran.returncode}:\n{ran.stdout[-4000:]}\n{ran.stderr[-8000:]}")
    return ran.stdout


def free_port(host="127.0.0.1"):
    with socket.create_server((host, 0)) as server:
        return server.getsockname()[1]


def start(command, **more):
    """Starts what ends, with all that it started, when this script does."""
    options = {"env": ENVIRONMENT, "stdin": subprocess.DEVNULL, "start_new_session": True, **more}
    process = subprocess.Popen([str(word) for word in command], **options)
    atexit.register(end, process)
    return process


def end(process):
    for sign, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def until(what, found, patience=60.0, every=0.2):
    """Asks until there is an answer; it is what is returned."""
    over = time.monotonic() + patience
    while True:
        answer = found()
        if answer:
            return answer
        must(time.monotonic() < over, f"in {patience:.0f} s not seen: {what}")
        time.sleep(every)


def answers(port, host="127.0.0.1"):
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


def http(url, data=None, headers=(), method=None):
    """Status, headers and text."""
    request = urllib.request.Request(url, data, dict(headers), method=method)
    try:
        with open_url(request, timeout=120) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def machine():
    kind = os.uname().machine
    if kind not in MACHINES:
        raise NotRun(f"Lambda runs on no {kind}")
    return MACHINES[kind]


def packages():
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/Cargo.toml"))


def functions():
    """Builds each function for this machine, unless its file is newer than all sources; cargo knows the rest."""
    folders = [ROOT / "Cargo.lock", ROOT / "Cargo.toml"]
    for folder in ("shared", "functions"):
        folders += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    newest = max(path.stat().st_mtime for path in folders)
    files = {package: BUILT / package / "bootstrap" for package in packages()}
    if all(path.exists() and path.stat().st_mtime >= newest for path in files.values()):
        return files
    if "--as-built" in sys.argv and all(path.exists() for path in files.values()):
        say("NOTE: --as-built: the functions are older than the sources")
        return files
    say("building the functions, which can take ten minutes")
    named = [word for package in files for word in ("--package", package)]
    run("cargo", "lambda", "build", "--release", *named)
    for path in files.values():
        path.touch()
    return files


def code(package):
    """What is deployed of a function: its file, and whom it trusts here."""
    folder = ROOT / f"target/sam/code/{package}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(BUILT / package / "bootstrap", folder)
    shutil.copy(ROOTS, folder)
    return folder


def template(changed, name):
    """Writes template.yaml with each function's code taken from target/lambda, as `sam build` would from its own folder.

    `changed` may change it further.
    """
    from samcli.yamlhelper import yaml_dump, yaml_parse

    read = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in read["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource.pop("Metadata", None)
            package = resource["Properties"]["CodeUri"].removeprefix("functions/")
            resource["Properties"]["CodeUri"] = str(code(package))
    changed(read)
    path = ROOT / f"target/sam/{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml_dump(read))
    return path


def client(service, endpoint):
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, read_timeout=120, proxies={}),
    )


def ministack(host="127.0.0.1", **more):
    """MiniStack on a free port; where it answers."""
    home = tools("ministack", "ministack")
    port = free_port(host)
    url = f"http://{host}:{port}"
    folder = MINISTACK_LOG.parent
    folder.mkdir(exist_ok=True)
    environment = {
        **ENVIRONMENT,
        "BIND_HOST": host,
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": url,
        "IOT_MTLS_ENABLED": "0",
        **more,
    }
    log = open(MINISTACK_LOG, "w")
    process = start([home / "ministack"], env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    until("MiniStack", lambda: process.poll() is not None or answers(port, host))
    must(process.poll() is None, f"MiniStack does not start: {MINISTACK_LOG}")
    return url


def deploy(url, path, stack, parameters):
    """`sam deploy` into MiniStack; what each resource of the complete stack is called."""
    aws = {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    command = ["sam", "deploy", "--template-file", path, "--stack-name", stack, "--region", REGION]
    command += ["--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar"]
    command += ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]
    try:
        run(*command, env=ENVIRONMENT | aws)
    except Wrong as what:
        why = [line for line in MINISTACK_LOG.read_text().splitlines() if " ERROR " in line]
        raise Wrong("\n".join([str(what), "what MiniStack says of it:", *why])) from None
    formation = client("cloudformation", url)
    status = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    must(status == "CREATE_COMPLETE", "the stack is", status)
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=stack)
    made = [each for page in pages for each in page["StackResourceSummaries"]]
    bad = {each["LogicalResourceId"]: each["ResourceStatus"] for each in made if each["ResourceStatus"] != status}
    must(not bad, "not made:", bad)
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in made}


def parameters(secrets, world):
    """What an operator gives, with the stand-ins for Twilio, Flash and the model."""
    return secrets | {
        "Stage": "dev",
        "Architecture": machine(),
        "PublicBaseUrl": PUBLIC_URL,
        "TwilioSender": SENDER,
        "TwilioApiUrl": f"{world.secure_url}/sandbox/twilio",
        "FlashGraphqlUrl": f"{world.secure_url}/sandbox/flash/graphql",
        "MapleUrl": f"{world.secure_url}/sandbox/maple",
        "KeysRotationDays": "0",
    }


def secure(host, port):
    """TLS in front of a port, by an authority that only this run's functions trust; its address."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def certificate(name, key, issuer, issuer_key, *extensions):
        subject, issuer = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in (name, issuer))
        now = datetime.datetime.now(datetime.timezone.utc)
        made = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
        for extension, critical in extensions:
            made = made.add_extension(extension, critical)
        return made.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name, constraint = "flash local stand-ins", x509.BasicConstraints
    ROOTS.parent.mkdir(parents=True, exist_ok=True)
    ROOTS.write_bytes(certificate(name, authority, name, authority, (constraint(True, 0), True)))
    at = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    proof = certificate(host, own, name, authority, (constraint(False, None), True), (at, False))
    key = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(proof + own.private_bytes(*key))
        file.flush()
        context.load_cert_chain(file.name)
    # A handshake that fails is the caller's to report, and must not end the loop of those who come after.
    server = socket.create_server((host, 0))
    threading.Thread(target=accept, args=(server, context, ("127.0.0.1", port)), daemon=True).start()
    return f"https://{host}:{server.getsockname()[1]}"


def accept(server, context, behind):
    def serve(plain):
        with contextlib.suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as front:
            with socket.create_connection(behind) as back:
                threading.Thread(target=pump, args=(back, front), daemon=True).start()
                pump(front, back)

    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()


def pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


class World:
    """The local world, for its Twilio, Flash and Maple; its own bot only opens WhatsApp's 24-hour window."""

    def __init__(self, host="127.0.0.1"):
        if "--as-built" not in sys.argv:
            run("cargo", "build", "--quiet", "--workspace", "--bin", "sandbox")
        twilio = {"TWILIO_AUTH_TOKEN": AUTH_TOKEN, "TWILIO_ACCOUNT_SID": ACCOUNT_SID}
        environment = ENVIRONMENT | twilio | {"PUBLIC_BASE_URL": PUBLIC_URL}
        command = [ROOT / "target/debug/sandbox", "--listen", "127.0.0.1:0"]
        process = start(command, env=environment, stdout=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        found = re.search(r"http://\S+(?=/)", line)
        must(found, f"the local world does not start: {line}")
        self.url = found.group()
        # The template takes only https for what is outside.
        self.secure_url = secure(host, int(self.url.rsplit(":", 1)[1]))

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        status, _, text = http(self.url + path, data, {"content-type": "application/json"})
        must(status < 300, f"{path}: {status} {text}")
        return json.loads(text) if text else None

    def heard(self, address):
        """What has reached the Twilio stand-in for an address."""
        return [message["body"] for message in self.call(f"/sandbox/messages?to={urllib.parse.quote(address)}")]

    def open_window(self, address):
        """Somebody writes to the local world's own bot, so that free text may be sent to them; how much they have heard."""
        self.call("/sandbox/say", {"from": address, "body": "help"})
        self.call("/sandbox/drain", {})
        return len(self.heard(address))


def secrets(endpoint):
    """The operator's secrets, as the keys of events/ want them; ARN by the template's parameter."""
    as_text = lambda key: base64.b64encode(key).decode()
    ring = [{"id": "event", "key": as_text(RING_KEY), "state": "current"}]
    contents = {
        "KeysSecretArn": {"pepper": as_text(PEPPER), "ring": ring},
        "TwilioAuthSecretArn": {"accountSid": ACCOUNT_SID, "authToken": AUTH_TOKEN},
        "TwilioApiKeySecretArn": {"accountSid": ACCOUNT_SID, "apiKeySid": API_KEY_SID, "apiKeySecret": API_KEY_SECRET},
    }
    manager = client("secretsmanager", endpoint)
    make = lambda name, content: manager.create_secret(Name=f"flash/{name}", SecretString=json.dumps(content))["ARN"]
    return {name: make(name, content) for name, content in contents.items()}


def signed(path, fields, base=PUBLIC_URL):
    """Headers and body of a form as Twilio posts it."""
    url = base + path
    text = url + "".join(name + fields[name] for name in sorted(fields))
    signature = hmac.digest(AUTH_TOKEN.encode(), text.encode(), hashlib.sha1)
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": base64.b64encode(signature).decode(),
    }
    return headers, urllib.parse.urlencode(fields).encode()


def message(address, text):
    """The fields of a new message, after events/webhook-message.json."""
    event = json.loads((ROOT / "events/webhook-message.json").read_text())
    fields = dict(urllib.parse.parse_qsl(base64.b64decode(event["body"]).decode(), keep_blank_values=True))
    sid = f"SM{uuid.uuid4().hex}"
    phone = address.removeprefix("whatsapp:+")
    person = {"From": address, "WaId": phone, "ProfileName": "Marcia B.", "Body": text}
    fields |= person | {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid}
    for name in ("ExternalUserId", "ChannelMetadata"):
        fields.pop(name, None)
    return fields
