package org.reckoner.deliver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.reckoner.deliver.files.InvoiceFiles;
import org.reckoner.deliver.hostbill.HostBill;
import org.reckoner.deliver.killbill.KillBill;
import org.reckoner.deliver.odoo.Odoo;
import org.reckoner.deliver.whmcs.Whmcs;

/// The adapters that come with Reckoner, by name, and those in jars of the operator's, by class.
public final class Adapters {

    private static final SortedMap<String, Function<AdapterSettings, BillingSystem>> BUILT_IN = builtIn();

    private Adapters() {}

    private static SortedMap<String, Function<AdapterSettings, BillingSystem>> builtIn() {
        TreeMap<String, Function<AdapterSettings, BillingSystem>> adapters = new TreeMap<>();
        adapters.put("files", InvoiceFiles::new);
        adapters.put("whmcs", Whmcs::new);
        adapters.put("hostbill", HostBill::new);
        adapters.put("odoo", Odoo::new);
        adapters.put("killbill", KillBill::new);
        return adapters;
    }

    /// Opens a billing system.
    ///
    /// @param adapter the name of one that comes with Reckoner, or of a class
    /// @param jar where the class is, if it is not on the class path
    /// @throws BadAdapter if there is no such adapter, or its settings are wrong
    public static BillingSystem open(String adapter, Optional<Path> jar, AdapterSettings settings) {
        Function<AdapterSettings, BillingSystem> builtIn = BUILT_IN.get(adapter);
        return builtIn != null && jar.isEmpty() ? builtIn.apply(settings) : outside(adapter, jar, settings);
    }

    private static BillingSystem outside(String name, Optional<Path> jar, AdapterSettings settings) {
        try {
            Class<?> found = Class.forName(name, true, loader(settings.backend(), jar));
            if (!BillingSystem.class.isAssignableFrom(found)) {
                throw new BadAdapter(
                        "%s: the class %s is no %s".formatted(settings.backend(), name, BillingSystem.class.getName()));
            }
            return found.asSubclass(BillingSystem.class)
                    .getConstructor(AdapterSettings.class)
                    .newInstance(settings);
        } catch (ClassNotFoundException e) {
            throw new BadAdapter(
                    "%s: there is no adapter '%s'%s. Known are %s; for one of your own name its class and its jar"
                            .formatted(
                                    settings.backend(),
                                    name,
                                    jar.map(file -> " in " + file).orElse(""),
                                    String.join(", ", BUILT_IN.keySet())));
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new BadAdapter("%s: the class %s has no public constructor with AdapterSettings as its only parameter"
                    .formatted(settings.backend(), name));
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof BadAdapter bad
                    ? bad
                    : new BadAdapter("%s: the adapter %s failed as it was opened: %s"
                            .formatted(settings.backend(), name, e.getCause()));
        }
    }

    /// The loader lives as long as the process, as the adapter does.
    private static ClassLoader loader(String backend, Optional<Path> jar) {
        if (jar.isEmpty()) {
            return Adapters.class.getClassLoader();
        }
        if (!Files.isReadable(jar.get())) {
            throw new BadAdapter("%s: cannot read the adapter's jar %s".formatted(backend, jar.get()));
        }
        try {
            return new URLClassLoader(
                    new URL[] {jar.get().toAbsolutePath().toUri().toURL()}, Adapters.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
