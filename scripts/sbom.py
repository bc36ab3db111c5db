#!/usr/bin/env python3
"""Writes the bill of materials of the program, as CycloneDX 1.5 in JSON: what is built into it, from Cargo.lock, with checksums.

    python3 scripts/sbom.py >tightlip.cdx.json

Asks cargo alone, and no registry. The same lock file makes the same bytes.
"""
import hashlib
import json
import os
import subprocess
import sys
import tomllib
import uuid

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main():
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"]
    metadata = json.loads(subprocess.run(command, cwd=HERE, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    with open(os.path.join(HERE, "Cargo.lock"), "rb") as file:
        lock = file.read()
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in tomllib.loads(lock.decode())["package"]}

    def built_in(node):
        """What the program or its build needs; not what its tests need."""
        return [dep["pkg"] for dep in node["deps"] if any(kind["kind"] != "dev" for kind in dep["dep_kinds"])]

    reached, pending = set(), [root]
    while pending:
        one = pending.pop()
        if one not in reached:
            reached.add(one)
            pending += built_in(nodes[one])

    def reference(package):
        return "pkg:cargo/%s@%s" % (package["name"], package["version"])

    def component(package):
        checksum = checksums[(package["name"], package["version"])]
        of = {"type": "library", "bom-ref": reference(package), "name": package["name"], "version": package["version"],
              "purl": reference(package), "scope": "required"}
        if package.get("license"):
            of["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        if checksum:
            of["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        return of

    by_name = sorted(reached, key=lambda one: (packages[one]["name"], packages[one]["version"]))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:%s" % uuid.UUID(hashlib.sha256(lock).hexdigest()[:32]),
        "version": 1,
        "metadata": {"component": {**component(packages[root]), "type": "application"}},
        "components": [component(packages[one]) for one in by_name if one != root],
        "dependencies": [{"ref": reference(packages[one]),
                          "dependsOn": sorted({reference(packages[dep]) for dep in built_in(nodes[one]) if dep in reached})} for one in by_name],
    }
    json.dump(document, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
