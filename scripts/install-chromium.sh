#!/usr/bin/env bash
# Installs the browser of the dashboard's tests, where it is missing and apt may be used.
set -euo pipefail
[ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ] && exit 0
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell
