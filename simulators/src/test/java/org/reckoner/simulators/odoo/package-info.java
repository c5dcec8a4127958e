@NullMarked
package org.reckoner.simulators.odoo;

import org.jspecify.annotations.NullMarked;
