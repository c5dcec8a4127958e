# Puts a JDK 25 or newer first on the PATH. Sourced by ./reckoner, ./mvnw and .ci/run; plain sh.
# Looks at JAVA_HOME, then at the java on the PATH, then where JDKs are usually installed.

jdk_wanted=25

jdk_major() { # the feature release of the JDK in $1, or 0; the file `release` tells it without starting a JVM
    [ -x "$1/bin/javac" ] || { echo 0; return; }
    { grep -s '^JAVA_VERSION=' "$1/release" || "$1/bin/javac" -version 2>&1; } |
        sed -nE 's/^(javac |JAVA_VERSION=")([0-9]+).*/\2/p' | grep . || echo 0
}

jdk_find() {
    jdk_on_path=$(command -v javac 2>/dev/null) && jdk_on_path=$(dirname "$(dirname "$(readlink -f "$jdk_on_path" 2>/dev/null || echo "$jdk_on_path")")")
    for jdk_candidate in "${JAVA_HOME:-}" "${jdk_on_path:-}" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$jdk_candidate" ] && [ "$(jdk_major "$jdk_candidate")" -ge "$jdk_wanted" ] && { echo "$jdk_candidate"; return 0; }
    done
    return 1
}

if jdk_home=$(jdk_find); then
    JAVA_HOME=$jdk_home
    PATH=$JAVA_HOME/bin:$PATH
    export JAVA_HOME PATH
else
    echo "Reckoner needs a JDK $jdk_wanted or newer and found none." >&2
    echo "Looked at JAVA_HOME, the PATH, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman and ~/.jdks." >&2
    echo "Install any JDK $jdk_wanted (for example Eclipse Temurin, from https://adoptium.net) and run this again." >&2
    exit 2
fi
