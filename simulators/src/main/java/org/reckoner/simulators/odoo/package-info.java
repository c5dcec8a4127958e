/// A simulator of Odoo's accounting as its external API shows it: JSON-2 (Odoo 19) and XML-RPC (older ones).
@NullMarked
package org.reckoner.simulators.odoo;

import org.jspecify.annotations.NullMarked;
