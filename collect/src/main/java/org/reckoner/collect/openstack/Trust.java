package org.reckoner.collect.openstack;

import java.nio.file.Path;
import java.util.Optional;

/// Whose certificates are believed.
///
/// @param whose server it is, for messages: `cloud dev`
/// @param authority a file of certificates to trust, instead of those that Java trusts
/// @param verify whether to insist on a certificate that can be trusted
public record Trust(String whose, Optional<Path> authority, boolean verify) {}
